#!/bin/bash
# make-office.sh [OUTPUT [PART…]]: makes office.pcapng, the traffic of a small office, by having the traffic.
#
# Network namespaces stand for the office's computers. Debian's own servers and clients talk between them, dumpcap
# listens on both legs of the gateway, and everything that was started is ended again. Nothing outside the namespaces
# is sent, captured or changed. Takes about two minutes; what is not done after three is given up.
# What happens is told in parts, office/PART.sh; without names, all of them are played, in the order below.
#
#   desk 10.0.0.9 ── design 10.0.0.12 ── till 10.0.0.23 ── laptop (DHCP, SLAAC) ── guest 10.0.42.7 (VLAN 42)
#     └──────────────┴──── switch (a bridge) ┴─────────────────┴────────────────────┘
#                             │ lan0  10.0.0.1  2001:db8::1      (captured: interface 0)
#                          gateway    DNS, DHCP, RA, HTTP, HTTPS, SMTP, SSH, routing, and what the parts start on it
#                             │ dmz0  192.168.3.1  2001:db8:3::1 (captured: interface 1; MTU 1280)
#                            web 192.168.3.20: HTTP, HTTPS, the other end of tunnels and routing protocols
#
# Debian 12 packages: aria2 avahi-daemon baresip-core bind9-dnsutils bird2 busybox chrony coturn curl dnsmasq-base
#   dovecot-imapd dovecot-pop3d ethtool iproute2 iputils-ping isc-dhcp-client keepalived krb5-admin-server krb5-kdc
#   krb5-user ldap-utils libusrsctp-examples lldpd mariadb-client-core mariadb-server-core mosquitto
#   mosquitto-clients mptcpize netcat-openbsd nghttp2-client nghttp2-server nginx-light ngtcp2-client ngtcp2-server
#   nmap openssh-client openssh-server openssl opentracker openvpn pimd postgresql-15 postgresql-client-15 pppoe
#   python3-aiosmtpd python3-cryptography python3-scapy redis-server redis-tools samba sip-tester slapd smbclient
#   snmp snmpd socat swaks traceroute tshark vsftpd wireguard-go wireguard-tools wireshark-common wsdd2 xl2tpd xrdp;
#   their servers need not run, the parts start what they need.
# To be run as root; needs a kernel with network namespaces, veth, bridge, TUN and VXLAN.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC
umask 077

fail() { echo "make-office.sh: $*" >&2; exit 1; }
(($(id -u) == 0)) || fail "it makes network namespaces, so it has to be run as root"
for tool in aria2c avahi-daemon baresip bird busybox capinfos chronyd curl dhclient dig dnsmasq dovecot dumpcap \
  editcap ethtool gtlsclient gtlsserver ip kadmin.local kdb5_util keepalived kinit krb5kdc ldapsearch lldpd logger \
  mariadb mariadbd mosquitto mosquitto_pub mptcpize nc nghttp nghttpd nginx nmap nmbd nping openssl opentracker \
  openvpn pimd ping pppoe pppoe-server psql python3 redis-cli redis-server reordercap sipp slapd smbclient smbd \
  snmpd snmpget socat ssh ssh-keygen sshd swaks timeout traceroute tshark turnserver unshare vsftpd wg wireguard-go \
  wsdd2 xl2tpd xrdp; do
  command -v "$tool" >/dev/null || fail "$tool is missing; the packages it needs are listed at the top of this script"
done
/usr/bin/python3 -c 'import aiosmtpd, cryptography, scapy' 2>/dev/null ||
  fail "python3-aiosmtpd, python3-cryptography or python3-scapy is missing"
[[ ${OFFICE_BOUNDED:-} ]] ||                  # with an empty environment: no proxies, no settings of the user's
  exec env -i OFFICE_BOUNDED=1 PYTHONDONTWRITEBYTECODE=1 PATH="$PATH" LC_ALL=C TZ=UTC timeout --kill-after=10 180 "$BASH" "$0" "$@"

here=$(cd "$(dirname "$0")" && pwd)
parts=$here/office                            # the few files that are not shell: settings and small programs
output=$(realpath -m "${1:-$here/office.pcapng}")
[[ -d $(dirname "$output") ]] || fail "the folder of $output does not exist"
suffix=$$-$(date +%N)                         # makes every namespace name unique
work=$(mktemp -d /tmp/make-office.XXXXXXXX)
export HOME=$work
hosts=() pids=()

cleanup() {
  local pid host
  [[ $BASHPID == "$$" ]] || return 0           # a child that was ended before it became its program
  disown -a
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for host in "${hosts[@]}"; do
    for pid in $(ip netns pids "$host-$suffix"); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns delete "$host-$suffix" || true   # its interfaces go with it
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'fail "interrupted, or not done after 180 seconds"' INT TERM

# ── Computers ──────────────────────────────────────────────────────────────────────────────────────────────────────
# Each has its own network, host name and /run, and its own view of the few files in /etc that name lookups and logins read.
enter() {
  local host=$1; shift
  exec ip netns exec "$host-$suffix" unshare --uts sh -c 'hostname "$1"; work=$2; mkdir -p -m 755 "$work/run/$1"
    mount --bind "$work/run/$1" /run
    for file in "$work"/etc/*; do mount --bind "$file" "/etc/${file##*/}"; done
    shift 2; exec "$@"' sh "$host" "$work" "$@"
}
try() { (enter "$1" timeout 10 "${@:2}") >>"$work/log" 2>&1 </dev/null; }
at() { try "$@" || true; }                                             # some of the answers are meant to be refusals
must() { try "$@" || { tail -n 20 "$work/log" >&2; fail "on $1, this failed: ${*:2}"; }; }
start() { enter "$1" setsid "${@:2}" >>"$work/log" 2>&1 </dev/null & pids+=($!); }   # all of it ends in exec: $! is the program
await() { for _ in {1..60}; do "$@" && return; sleep 0.1; done; fail "waited in vain for: $*"; }

# cable HOST INTERFACE MAC-END HOST INTERFACE MAC-END: a veth pair without offloads, so that the checksums on it are real.
cable() {
  ip link add name "$2" address "00:00:5e:00:53:$3" netns "$1-$suffix" type veth \
    peer name "$5" address "00:00:5e:00:53:$6" netns "$4-$suffix"      # MAC addresses for documentation (RFC 7042)
  for end in "$1 $2" "$4 $5"; do must "${end% *}" ethtool -K "${end#* }" rx off tx off sg off tso off gso off gro off >/dev/null; done
}

chmod 711 "$work"                             # some servers are not root
mkdir -p "$work"/{etc,run,site/lists,site/private,nginx-gateway,nginx-web}
printf 'nameserver 10.0.0.1\nsearch example.org\n' >"$work/etc/resolv.conf"
printf '%s\n' 'hosts: files dns' 'passwd: files' 'group: files' 'shadow: files' >"$work/etc/nsswitch.conf"
echo '127.0.0.1 localhost' >"$work/etc/hosts"
users=(root:x:0:0: sshd:x:100:65534: nobody:x:65534:65534:)
for user in _lldpd avahi ftp dovenull; do users+=("$user:x:$((65500 + ${#users[@]})):65534:"); done
printf '%s:/:/bin/sh\n' "${users[@]}" >"$work/etc/passwd"
printf '%s\n' root:x:0: _lldpd:x:0: avahi:x:0: nogroup:x:65534: >"$work/etc/group"
printf '%s:*:19000::::::\n' "${users[@]%%:*}" >"$work/etc/shadow"
chmod 644 "$work"/etc/*
chmod 755 "$work/etc" "$work/run"

for host in switch gateway web desk design till laptop guest; do
  ip netns add "$host-$suffix"; hosts+=("$host")
  must "$host" ip link set lo up
done
must switch sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
must switch ip link add lan up type bridge mcast_snooping 0
must gateway sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
cable gateway lan0 01 switch port1 f1
cable gateway dmz0 03 web eth0 20
port=1
for pair in desk:09 design:12 till:23 laptop:64 guest:42; do
  cable "${pair%:*}" eth0 "${pair#*:}" switch "port$((++port))" "f$port"
done
for port in {1..6}; do must switch ip link set "port$port" master lan up; done

# vlan HOST INTERFACE IP MAC-END: a sub-interface with 802.1Q id 42, the kernel's own or, where it has none, tags.py's.
vlan() {
  try "$1" ip link add link "$2" name "$2.42" type vlan id 42 || start "$1" /usr/bin/python3 "$parts/tags.py" "$2" "$2.42" 8100002a
  await try "$1" ip link show "$2.42"
  must "$1" ip address add "$3/24" dev "$2.42"
  must "$1" ip link set "$2.42" address "00:00:5e:00:53:$4" up
}

up() {                                        # up HOST INTERFACE NETWORK4 NETWORK6 NUMBER
  must "$1" ip address add "$3.$5/24" dev "$2"
  must "$1" ip address add "$4::$5/64" dev "$2"
  must "$1" ip link set "$2" up
}
join() {                                      # join HOST NETWORK4 NETWORK6 NUMBER: a client, with the gateway as its router
  must "$1" sysctl -qw net.ipv6.conf.eth0.accept_ra=0
  up "$1" eth0 "$2" "$3" "$4"
  must "$1" ip route add default via "$2.1"
  must "$1" ip -6 route add default via "$3::1"
}

must gateway ip link set dmz0 mtu 1280
must web ip link set eth0 mtu 1280
up gateway lan0 10.0.0 2001:db8 1
up gateway dmz0 192.168.3 2001:db8:3 1

# ── Capture ────────────────────────────────────────────────────────────────────────────────────────────────────────
start gateway dumpcap -q -i lan0 -i dmz0 -w "$work/raw.pcapng"
capture=$!
await test -s "$work/raw.pcapng"


# ── Traffic ────────────────────────────────────────────────────────────────────────────────────────────────────────
ask() { at "$1" dig +tries=1 +time=2 "${@:2}"; }
get() { (enter "$1" curl -4sk --max-time 8 "${@:2}") >/dev/null 2>>"$work/log" || true; }   # a later -6 wins

part() {                                      # part NAME: plays office/NAME.sh, then ends what that part has started
  local before=${#pids[@]} pid
  # shellcheck source=/dev/null
  source "$parts/$1.sh"
  [[ $1 == arrival ]] && return               # what opens the office stays
  for pid in "${pids[@]:before}"; do kill "$pid" 2>/dev/null || true; done
}
names=("${@:2}")
((${#names[@]})) || names=(everyday links names routing transport data files calls web tunnels)
for name in arrival "${names[@]}"; do part "$name"; done
sleep 1

# ── The file ───────────────────────────────────────────────────────────────────────────────────────────────────────
kill -TERM "$capture"
wait "$capture" || fail "dumpcap ended badly"
reordercap "$work/raw.pcapng" "$work/sorted.pcapng" >>"$work/log"
notes=()
note() {                                      # note FILTER TEXT: a comment on the first packet that matches
  local number
  number=$(tshark -r "$work/sorted.pcapng" -Y "$1" -T fields -e frame.number 2>>"$work/log" | awk 'NR == 1')
  [[ -z $number ]] || notes+=(-a "$number:$2")
}
note 'tls.handshake.type == 1 && ip.src == 10.0.0.9' "the desk's first HTTPS connection"
note 'tcp.dstport == 21' 'here the till starts to try ports'
editcap "${notes[@]}" "$work/sorted.pcapng" "$work/noted.pcapng"
/usr/bin/python3 "$parts/finish.py" "$work/raw.pcapng" "$work/noted.pcapng" "$work/office.pcapng"

bad=$(tshark -r "$work/office.pcapng" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
  -Y 'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0 ||
      icmpv6.checksum.status == 0' 2>>"$work/log" | wc -l)
((bad == 0)) || fail "$bad packets have a wrong checksum"
(($(stat -c %s "$work/office.pcapng") < 2000000)) || fail "the capture is larger than it should be"
install -m 644 "$work/office.pcapng" "$output"
capinfos -c -s -u -T -r "$output"

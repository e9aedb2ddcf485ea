#!/bin/bash
# make-office.sh [OUTPUT]: makes office.pcapng, the traffic of a small office, by having the traffic.
#
# Network namespaces stand for the office's computers. Debian's own servers and clients talk between them, dumpcap
# listens on both legs of the gateway, and everything that was started is ended again. Nothing outside the namespaces
# is sent, captured or changed. Takes about half a minute; what is not done after 90 seconds is given up.
#
#   desk 10.0.0.9 ── design 10.0.0.12 ── till 10.0.0.23 ── laptop (DHCP, SLAAC) ── guest 10.0.42.7 (VLAN 42)
#     └──────────────┴──── switch (a bridge) ┴─────────────────┴────────────────────┘
#                             │ lan0  10.0.0.1  2001:db8::1      (captured: interface 0)
#                          gateway    DNS, DHCP, RA, HTTP, HTTPS, SMTP, SSH, routing
#                             │ dmz0  192.168.3.1  2001:db8:3::1 (captured: interface 1; MTU 1280)
#                            web 192.168.3.20: HTTP, HTTPS
#
# Debian 12 packages: bind9-dnsutils busybox curl dnsmasq-base ethtool iproute2 iputils-ping netcat-openbsd nginx-light
#   openssh-client openssh-server openssl python3-aiosmtpd swaks traceroute tshark wireshark-common
# To be run as root; needs a kernel with network namespaces, veth, bridge, and either 802.1Q or TUN.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC
umask 077

fail() { echo "make-office.sh: $*" >&2; exit 1; }
(($(id -u) == 0)) || fail "it makes network namespaces, so it has to be run as root"
for tool in busybox capinfos curl dig dnsmasq dumpcap editcap ethtool ip nc nginx openssl ping python3 reordercap \
  ssh ssh-keygen sshd swaks timeout traceroute tshark unshare; do
  command -v "$tool" >/dev/null || fail "$tool is missing; the packages it needs are listed at the top of this script"
done
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || fail "the Debian package python3-aiosmtpd is missing"
[[ ${OFFICE_BOUNDED:-} ]] ||                  # with an empty environment: no proxies, no settings of the user's
  exec env -i OFFICE_BOUNDED=1 PATH="$PATH" LC_ALL=C TZ=UTC timeout --kill-after=10 90 "$BASH" "$0" "$@"

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
  disown -a
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for host in "${hosts[@]}"; do
    for pid in $(ip netns pids "$host-$suffix"); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns delete "$host-$suffix" || true   # its interfaces go with it
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'fail "interrupted, or not done after 90 seconds"' INT TERM

# ── Computers ──────────────────────────────────────────────────────────────────────────────────────────────────────
# Each has its own network, its own host name, and its own view of the few files in /etc that name lookups and logins read.
enter() {
  local host=$1; shift
  exec ip netns exec "$host-$suffix" unshare --uts sh -c 'hostname "$1"; etc=$2; shift 2
    for file in "$etc"/*; do mount --bind "$file" "/etc/${file##*/}"; done
    exec "$@"' sh "$host" "$work/etc" "$@"
}
try() { (enter "$1" timeout 10 "${@:2}") >>"$work/log" 2>&1 </dev/null; }
at() { try "$@" || true; }                                             # some of the answers are meant to be refusals
must() { try "$@" || { tail -n 20 "$work/log" >&2; fail "on $1, this failed: ${*:2}"; }; }
start() { enter "$@" >>"$work/log" 2>&1 </dev/null & pids+=($!); }     # enter ends in exec, so $! is the program itself
await() { for _ in {1..60}; do "$@" && return; sleep 0.1; done; fail "waited in vain for: $*"; }

# cable HOST INTERFACE MAC-END HOST INTERFACE MAC-END: a veth pair without offloads, so that the checksums on it are real.
cable() {
  ip link add name "$2" address "00:00:5e:00:53:$3" netns "$1-$suffix" type veth \
    peer name "$5" address "00:00:5e:00:53:$6" netns "$4-$suffix"      # MAC addresses for documentation (RFC 7042)
  for end in "$1 $2" "$4 $5"; do must "${end% *}" ethtool -K "${end#* }" rx off tx off sg off tso off gso off gro off; done
}

mkdir -p "$work"/{etc,site/lists,site/private,nginx-gateway,nginx-web}
printf 'nameserver 10.0.0.1\nsearch example.org\n' >"$work/etc/resolv.conf"
printf '%s\n' 'hosts: files dns' 'passwd: files' 'group: files' 'shadow: files' >"$work/etc/nsswitch.conf"
echo '127.0.0.1 localhost' >"$work/etc/hosts"
printf '%s:/:/bin/sh\n' root:x:0:0: sshd:x:100:65534: >"$work/etc/passwd"
printf 'root:*:19000::::::\nsshd:*:19000::::::\n' >"$work/etc/shadow"
chmod 644 "$work"/etc/*

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

# vlan HOST INTERFACE IP MAC-END: a sub-interface with 802.1Q id 42, the kernel's own or, where it has none, vlan.py's.
vlan() {
  try "$1" ip link add link "$2" name "$2.42" type vlan id 42 || start "$1" /usr/bin/python3 "$parts/vlan.py" "$2"
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

# ── Capture and services ───────────────────────────────────────────────────────────────────────────────────────────
start gateway dumpcap -q -i lan0 -i dmz0 -w "$work/raw.pcapng"
capture=$!
await test -s "$work/raw.pcapng"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=www.example.org \
  -addext 'subjectAltName=DNS:www.example.org,DNS:shop.example.org,DNS:mail.example.org' \
  -keyout "$work/tls.key" -out "$work/tls.crt" 2>>"$work/log"
for key in host_key user_key; do ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$work/$key"; done

seq -f '<li>Paper, shelf %g</li>' 1 60 | cat <(echo '<title>A small office</title><ul>') - >"$work/site/index.html"
seq -f '<p>Staff, line %g.</p>' 1 20 >"$work/site/staff.html"
seq -f '%06g;pencils;12;2.50 EUR' 1 2300 >"$work/site/lists/orders.csv"
seq -f 'salary %g: not for everybody' 1 8 >"$work/site/private/pay.txt"
head -c 16000 /dev/urandom >"$work/site/logo.bin"
echo 'anna:{PLAIN}example' >"$work/users"
cp "$parts/nginx.conf" "$work"
start gateway dnsmasq --keep-in-foreground --conf-file="$parts/dnsmasq.conf" --dhcp-leasefile="$work/leases"
start gateway nginx -e stderr -p "$work/nginx-gateway" -c "$work/nginx.conf"
start web nginx -e stderr -p "$work/nginx-web" -c "$work/nginx.conf"
start gateway /usr/bin/python3 "$parts/smtp.py" "$work/tls.crt" "$work/tls.key"
start gateway sh -c 'mount -t tmpfs none /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f /dev/null \
  -o HostKey="$0/host_key" -o AuthorizedKeysFile="$0/user_key.pub" -o StrictModes=no -o PidFile=none' "$work"
for port in 22 25 53 80 443; do await try gateway nc -z 127.0.0.1 "$port"; done

# ── Traffic ────────────────────────────────────────────────────────────────────────────────────────────────────────
ask() { at "$1" dig +tries=1 +time=2 "${@:2}"; }
get() { (enter "$1" curl -4sk --max-time 8 "${@:2}") >/dev/null 2>>"$work/log" || true; }   # a later -6 wins

join web 192.168.3 2001:db8:3 20
join desk 10.0.0 2001:db8 9
join design 10.0.0 2001:db8 12
join till 10.0.0 2001:db8 23
must guest sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1   # it is on the VLAN alone
must guest ip link set eth0 up
vlan gateway lan0 10.0.42.1 01
vlan guest eth0 10.0.42.7 42
must laptop ip link set eth0 up               # an IPv6 address by SLAAC, an IPv4 address by DHCP
start laptop busybox udhcpc -f -i eth0 -x hostname:laptop -s "$parts/lease.sh"
lease=$!
sleep 2

for name in www.example.org shop.example.org partner.example.org; do ask desk "$name" A; ask desk "$name" AAAA; done
ask desk example.org MX
ask desk -x 10.0.0.9
ask design intranet.example.org
ask design nowhere.example.org
ask design www.example.com                    # refused: the office has no name server outside
ask design +tcp www.example.org A
ask till +tcp example.org TXT
ask till @2001:db8::1 _submission._tcp.example.org SRV
ask till -x 2001:db8::9
ask till +bufsize=512 long.example.org TXT    # truncated, asked again over TCP
ask till +bufsize=4096 long.example.org TXT   # a UDP answer in two IPv4 fragments
ask web @192.168.3.1 mail.example.org
sleep 2

at desk ping -c 5 -i 0.2 10.0.0.1
at desk ping -6 -c 5 -i 0.2 2001:db8::1
at design ping -c 3 -i 0.2 -s 4000 10.0.0.1   # fragments
at design ping -6 -c 3 -i 0.2 -s 3000 2001:db8::1
at till ping -c 2 -i 0.2 -M "do" -s 1400 192.168.3.20          # too big for the next link
at till ping -6 -c 2 -i 0.2 -s 1400 2001:db8:3::20
at laptop ping -c 3 -i 0.2 10.0.0.1
at guest ping -c 4 -i 0.2 10.0.42.1

get desk http://www.example.org/ http://www.example.org/staff.html http://www.example.org/logo.bin
get desk --compressed http://www.example.org/
(get design http://www.example.org/lists/orders.csv & get till http://www.example.org/logo.bin &
  at desk ping -c 8 -i 0.2 10.0.0.1 & wait)
get design http://www.example.org/missing.html
get design -L http://www.example.org/old
get design -I http://www.example.org/
get till -r 1000-1999 http://www.example.org/lists/orders.csv
get till -d 'name=Anna&item=pencils&count=12' http://www.example.org/form
get till --data-binary "@$work/site/logo.bin" http://shop.example.org/form
get till http://www.example.org/private/pay.txt
get till -u anna:example http://www.example.org/private/pay.txt
get laptop http://www.example.org/partner/staff.html           # the gateway fetches it from web
get laptop http://partner.example.org/        # routed: seen on both interfaces
get desk -6 http://www.example.org/ 'http://[2001:db8::1]/logo.bin' http://www.example.org/staff.html
get guest http://10.0.42.1/ http://10.0.42.1/logo.bin
sleep 4

get desk https://www.example.org/ https://www.example.org/lists/orders.csv
get desk --tls-max 1.2 https://shop.example.org/staff.html
(get design https://www.example.org/logo.bin & get till https://shop.example.org/ & get laptop -6 https://www.example.org/ & wait)
get design --http1.1 --tls-max 1.2 https://shop.example.org/lists/orders.csv
get till https://partner.example.org/staff.html
at desk curl -s https://www.example.org/      # by IPv6, and given up: the client does not know the certificate
sleep 3
by_ssh=(ssh -F none -i "$work/user_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/known" -o BatchMode=yes)
must desk "${by_ssh[@]}" root@10.0.0.1 seq 1 2000
at desk "${by_ssh[@]}" root@gateway.example.org true
at design "${by_ssh[@]/user_key/host_key}" root@10.0.0.1 true   # the wrong key

seq -f 'Line %g of the minutes.' 1 120 | cat <(printf '%s\n' 'From: anna@example.org' 'To: ben@example.org' \
  'Subject: Minutes' 'Message-Id: <minutes-1@example.org>' '') - >"$work/mail"
must desk swaks --server 10.0.0.1 --helo desk.example.org --from anna@example.org --to ben@example.org --data "@$work/mail"
must web swaks --server 192.168.3.1 --helo partner.example.org --from shop@example.net --to anna@example.org --data "@$work/mail"
at design openssl s_client -connect 10.0.0.1:25 -starttls smtp -servername mail.example.org

get till http://10.0.0.1:81/                  # nobody listens: RST
for port in 21 22 23 25 80 110 143 443 445 3389 8080; do at till nc -nzv -w 1 10.0.0.1 "$port"; done
at till sh -c 'echo hello | nc -nu -w 1 10.0.0.1 9999'          # port unreachable
at till sh -c 'echo hello | nc -nu -w 1 2001:db8::1 9999'
at design traceroute -n -q 1 -w 1 -N 1 192.168.3.20
at design traceroute -6 -n -q 1 -w 1 -N 1 2001:db8:3::20
(at desk ping -c 2 -W 1 10.0.0.77 & at laptop ping -c 1 -W 4 192.168.3.99 & wait)   # nobody is there
kill -USR2 "$lease"                           # the laptop gives its address back
sleep 1

# ── The file ───────────────────────────────────────────────────────────────────────────────────────────────────────
kill -TERM "$capture"
wait "$capture" || fail "dumpcap ended badly"
reordercap "$work/raw.pcapng" "$work/sorted.pcapng" >>"$work/log"
first() { tshark -r "$work/sorted.pcapng" -Y "$1" -T fields -e frame.number 2>>"$work/log" | awk 'NR == 1'; }
editcap -a "$(first 'tls.handshake.type == 1 && ip.src == 10.0.0.9'):the desk's first HTTPS connection" \
  -a "$(first 'tcp.dstport == 21'):here the till starts to try ports" "$work/sorted.pcapng" "$work/noted.pcapng"
/usr/bin/python3 "$parts/finish.py" "$work/raw.pcapng" "$work/noted.pcapng" "$work/office.pcapng"

bad=$(tshark -r "$work/office.pcapng" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
  -Y 'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0 ||
      icmpv6.checksum.status == 0' 2>>"$work/log" | wc -l)
((bad == 0)) || fail "$bad packets have a wrong checksum"
(($(stat -c %s "$work/office.pcapng") < 1000000)) || fail "the capture is larger than it should be"
install -m 644 "$work/office.pcapng" "$output"
capinfos -c -s -u -T -r "$output"

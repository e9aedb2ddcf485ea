# Packets in packets, between the gateway and web: IP in IP, 6in4, GRE, GENEVE, VXLAN, AH, ESP, L2TP, WireGuard, OpenVPN.
addressed() {                                 # addressed INTERFACE NUMBER: inner addresses at both ends, and a ping between
  local host end=0
  for host in gateway web; do
    await try "$host" ip link show "$1"
    must "$host" ip address add "10.1.$2.$((++end))/24" dev "$1"
    case $1 in geneve | vxlan) must "$host" ip link set "$1" address "00:00:5e:00:53:a$end" ;; esac
    case $1 in
      sit | gre) must "$host" ip address add "2001:db8:1:$2::$end/64" dev "$1" nodad ;;
      *) must "$host" sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1" ;;
    esac
    must "$host" ip link set "$1" up
  done
}
key=$(openssl rand -hex 32)
number=0
for kind in ipip sit gre geneve ah esp; do
  start gateway /usr/bin/python3 "$parts/tunnel.py" "$kind" 192.168.3.1 192.168.3.20 "$key"
  start web /usr/bin/python3 "$parts/tunnel.py" "$kind" 192.168.3.20 192.168.3.1 "$key"
  addressed "$kind" "$((++number))"
  [[ $kind == sit ]] || at web ping -c 2 -i 0.2 "10.1.$number.1"
  [[ $kind == sit || $kind == gre ]] && at web ping -6 -c 2 -i 0.2 "2001:db8:1:$number::1"
done

must gateway ip link add vxlan type vxlan id 42 local 192.168.3.1 remote 192.168.3.20 dstport 4789
must web ip link add vxlan type vxlan id 42 local 192.168.3.20 remote 192.168.3.1 dstport 4789
addressed vxlan 7
at web ping -c 2 -i 0.2 10.1.7.1
at web curl -s -m 5 http://10.1.7.1/staff.html

printf '%s\n' '[global]' 'listen-addr = 192.168.3.1' '[lns default]' 'ip range = 10.1.8.2-10.1.8.9' 'local ip = 10.1.8.1' 'name = office' \
  'require authentication = no' >"$work/lns.conf"
printf '%s\n' '[global]' 'listen-addr = 192.168.3.20' '[lac office]' 'lns = 192.168.3.1' 'autodial = yes' 'name = web' \
  'require authentication = no' >"$work/lac.conf"
printf '#!/bin/sh\nexec %q "$@"\n' "$parts/ppp.py" >"$work/pppd"    # xl2tpd knows pppd by one path alone
chmod 755 "$work/pppd"
for pair in gateway:lns web:lac; do
  start "${pair%:*}" sh -c 'mount --bind "$0" /usr/sbin/pppd && mkdir -p /run/xl2tpd && exec xl2tpd -D -c "$1"' "$work/pppd" "$work/${pair#*:}.conf"
  sleep 0.5
done
await try web ip address show dev ppp0
at web ping -c 2 -i 0.2 10.1.8.1
sleep 1

for host in gateway web; do
  (umask 077; wg genkey >"$work/$host.wg")
  start "$host" wireguard-go -f wg0
done
peer() {                                      # peer HOST OTHER ADDRESS
  await try "$1" wg show wg0
  must "$1" wg set wg0 listen-port 51820 private-key "$work/$1.wg" peer "$(wg pubkey <"$work/$2.wg")" endpoint "$3:51820" allowed-ips 0.0.0.0/0,::/0
}
peer gateway web 192.168.3.20
peer web gateway 192.168.3.1
addressed wg0 9
at web ping -c 2 -i 0.2 10.1.9.1

vpn=(openvpn --dev tun0 --proto udp --ca "$work/tls.crt" --cert "$work/tls.crt" --key "$work/tls.key" --verb 1 --nobind)
start gateway "${vpn[@]/--nobind/--float}" --local 192.168.3.1 --tls-server --dh none --ifconfig 10.1.10.1 10.1.10.2
start web "${vpn[@]}" --remote 192.168.3.1 --tls-client --ifconfig 10.1.10.2 10.1.10.1
await try web ip address show dev tun0
sleep 2
at web ping -c 2 -i 0.2 10.1.10.1

# What is spoken on a cable below IP: spanning tree, LLDP and CDP, tags in tags, MPLS labels, PPPoE with PPP.
must switch ip link set lan type bridge stp_state 1
start gateway lldpd -d -i -M 4 -S 'the gateway of the office' -P office -I lan0 -C lan0 -m 10.0.0.1 -O "$parts/lldpd.conf"
start switch lldpd -d -i -ccc -S 'the switch of the office' -P office -I port1 -C port1 -O "$parts/lldpd.conf"
start gateway pppoe-server -F -I lan0 -C office -S internet -q "$parts/ppp.py" -L 10.0.9.1 -R 10.0.9.7 -N 1

tagged() {                                    # tagged HOST INTERFACE NAME IP TAGS [TAGS-IN]
  start "$1" /usr/bin/python3 "$parts/tags.py" "$2" "$3" "${@:5}"
  await try "$1" ip link show "$3"
  must "$1" sysctl -qw "net.ipv6.conf.$3.disable_ipv6=1"
  must "$1" ip address add "$4/24" dev "$3"
  must "$1" ip link set "$3" address "$(at_mac "$1" "$2")" up
}
at_mac() { (enter "$1" cat "/sys/class/net/$2/address"); }

# a customer's VLAN 42 in the provider's VLAN 7 (802.1ad)
tagged gateway lan0 provider 10.0.7.1 88a800078100002a
tagged guest eth0 provider 10.0.7.7 88a800078100002a
at guest ping -c 2 -i 0.2 10.0.7.1

# two labels each way: 100 and 200 to the gateway, 101 and 201 back
tagged gateway lan0 path 10.0.50.1 884700065040000c9140 884700064040000c8140
tagged desk eth0 path 10.0.50.9 884700064040000c8140 884700065040000c9140
must gateway ip neighbour add 10.0.50.9 lladdr 00:00:5e:00:53:09 dev path     # ARP is not for labels
must desk ip neighbour add 10.0.50.1 lladdr 00:00:5e:00:53:01 dev path
at desk ping -c 2 -i 0.2 10.0.50.1

start laptop "$parts/ppp.py" pty 'pppoe -I eth0 -S internet'
session=$!
await try laptop ip address show dev ppp0
at laptop ping -c 2 -i 0.2 10.0.9.1
at laptop ping -6 -c 1 -i 0.2 ff02::1%ppp0
sleep 4
kill -TERM "$session"
sleep 1
must switch ip link set lan type bridge stp_state 0

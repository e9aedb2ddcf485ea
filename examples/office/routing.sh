# Routers among themselves: OSPF 2 and 3 and BGP between gateway and web, VRRP, PIM with IGMP for a multicast group.
routes() { sed "s/NUMBER/$3/; s/PEER/$4/; s/LINK/$2/; s/as 6450[01]/as $5/" "$parts/bird.conf"; }
routes gateway dmz0 1 20 0 | sed '/local/s/as 0/as 64500/; /neighbor/s/as 0/as 64501/' >"$work/bird-gateway.conf"
routes web eth0 20 1 0 | sed '/local/s/as 0/as 64501/; /neighbor/s/as 0/as 64500/' >"$work/bird-web.conf"
for router in gateway web; do
  start "$router" bird -f -c "$work/bird-$router.conf" -s /run/bird.ctl -P /run/bird.pid
done
start gateway keepalived --dont-fork --log-console -f "$parts/keepalived.conf" -p /run/k.pid -r /run/v.pid

# the till listens to a group, the desk and web speak to it; the rendezvous point is web
printf '%s\n' 'rp-address 192.168.3.20 239.0.0.0/8' 'hello-interval 30' 'igmp-query-interval 5' >"$work/pimd.conf"
for router in gateway web; do start "$router" pimd -f -s info -c "$work/pimd.conf"; done
must till ip route add 239.0.0.0/8 dev eth0
must desk ip route add 239.0.0.0/8 dev eth0
sleep 2
start till socat -u UDP4-RECV:7007,ip-add-membership=239.1.2.3:eth0,reuseaddr STDOUT
listener=$!
sleep 3
for word in one two three; do
  try desk sh -c 'echo "$0" | socat -u - UDP4-DATAGRAM:239.1.2.3:7007,ip-multicast-ttl=4' "$word"
  try web sh -c 'echo "$0" | socat -u - UDP4-DATAGRAM:239.1.2.3:7007,ip-multicast-ttl=4' "$word"
  sleep 0.5
done
kill "$listener"                              # IGMP leave, PIM prune
sleep 3

# older members of the same families: the switch asks (MLD 1, IGMP 2), the design answers so
must design sysctl -qw net.ipv4.conf.eth0.force_igmp_version=2 net.ipv6.conf.eth0.force_mld_version=1
must switch sysctl -qw net.ipv6.conf.lan.disable_ipv6=0
must switch ip link set lan type bridge mcast_snooping 1 mcast_querier 1 mcast_startup_query_interval 200
sleep 2
start design socat -u UDP6-RECV:7008,ipv6-join-group=[ff05::1234]:eth0,reuseaddr STDOUT
start design socat -u UDP4-RECV:7008,ip-add-membership=239.1.2.4:eth0,reuseaddr STDOUT
sleep 3
kill "${pids[@]: -2}"
sleep 0.5
must switch ip link set lan type bridge mcast_querier 0 mcast_snooping 0
must switch sysctl -qw net.ipv6.conf.lan.disable_ipv6=1

# Headers that everyday traffic lacks: IPv4 options, IPv6 extension headers, ICMP of other types, UDP-Lite, SCTP, MPTCP.
at desk ping -c 2 -i 0.2 -R 10.0.0.1                              # record route
at desk ping -c 2 -i 0.2 -T tsandaddr 10.0.0.1                    # timestamps
at desk nping --icmp --icmp-type timestamp -c 1 10.0.0.1
for host in gateway web; do must "$host" sysctl -qw net.ipv4.conf.all.accept_source_route=1; done
at desk traceroute -I -n -q 1 -w 1 -N 1 -m 2 -g 10.0.0.1 192.168.3.20  # loose source route
at desk nping --tcp -p 81 -c 1 --flags syn,ece,cwr --ip-options '\x94\x04\x00\x00' 10.0.0.1
must till sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.eth0.accept_redirects=1
at till ip route add 10.0.0.12/32 via 10.0.0.1
at till ping -c 2 -i 0.2 10.0.0.12                               # redirected
at till ip route del 10.0.0.12/32
at desk /usr/bin/python3 "$parts/extensions.py" eth0 2001:db8::9 2001:db8::1 00:00:5e:00:53:01

for host in gateway desk; do must "$host" sysctl -qw net.ipv6.conf.all.seg6_enabled=1; done
must gateway sysctl -qw net.ipv6.conf.lan0.seg6_enabled=1
must desk ip -6 route add 2001:db8:3::20/128 encap seg6 mode inline segs 2001:db8::1 dev eth0
at desk ping -6 -c 2 -i 0.2 2001:db8:3::20                        # segment routing
at desk ip -6 route del 2001:db8:3::20/128

start gateway /usr/bin/python3 "$parts/udplite.py" 10.0.0.1
sleep 0.5
at desk /usr/bin/python3 "$parts/udplite.py" 10.0.0.1 8 hello

at desk mptcpize run curl -s -m 5 http://10.0.0.1/staff.html      # multipath TCP, which nginx declines
for host in gateway desk; do must "$host" sysctl -qw net.ipv4.tcp_fastopen=3; done
at desk /usr/bin/python3 "$parts/fastopen.py" 10.0.0.1           # asks for a cookie, then uses it
must gateway tc qdisc add dev lan0 root tbf rate 4mbit burst 3000 limit 6000
get till http://10.0.0.1/logo.bin                                 # too fast for that: losses, selective acknowledgements
must gateway tc qdisc del dev lan0 root

start gateway /usr/lib/usrsctp/daytime_server
sleep 0.5
at desk /usr/lib/usrsctp/client 10.0.0.1 13 0 0

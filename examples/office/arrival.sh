# The office opens: keys and pages are made, the gateway's and the server room's usual servers start, the computers join.
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
start gateway sh -c 'mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f /dev/null \
  -o HostKey="$0/host_key" -o AuthorizedKeysFile="$0/user_key.pub" -o StrictModes=no -o PidFile=none' "$work"
for port in 22 25 53 80 443; do await try gateway nc -z 127.0.0.1 "$port"; done


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

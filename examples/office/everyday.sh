# An ordinary day: names, pings, pages, logins and mails.
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

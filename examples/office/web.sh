# Newer ways to fetch a page: HTTP/2 without TLS, QUIC, DTLS; and a remote desktop's first packets.
start gateway nghttpd --no-tls -a 10.0.0.1 -d "$work/site" 8080
start gateway gtlsserver -q -d "$work/site" 10.0.0.1 4433 "$work/tls.key" "$work/tls.crt"
start gateway openssl s_server -dtls -accept 10.0.0.1:4434 -key "$work/tls.key" -cert "$work/tls.crt" -quiet
sed "s#WORK#$work#" /etc/xrdp/xrdp.ini >"$work/xrdp.ini"
start gateway xrdp --nodaemon --config "$work/xrdp.ini"
for port in 8080 3389; do await try gateway nc -z 10.0.0.1 "$port"; done

get desk --http2-prior-knowledge http://10.0.0.1:8080/index.html
at desk nghttp -nv -u http://www.example.org:8080/staff.html      # asks to upgrade
at till gtlsclient -q --exit-on-all-streams-close 10.0.0.1 4433 https://www.example.org/staff.html
at till sh -c 'sleep 1 | openssl s_client -dtls -connect 10.0.0.1:4434 -servername www.example.org'
at till sh -c 'sleep 1 | openssl s_client -dtls1_2 -connect 10.0.0.1:4434 -alpn chat'
at till nmap -n -Pn -p 3389 --script rdp-enum-encryption 10.0.0.1
at till nmap -n -Pn -p 3389 --script rdp-ntlm-info 10.0.0.1

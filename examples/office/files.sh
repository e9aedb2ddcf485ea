# Files and mails: FTP, IMAP and POP, BitTorrent with its DHT.
mkdir -m 755 "$work/ftp"
seq -f 'price %g' 1 40 >"$work/ftp/prices.txt"
chmod 644 "$work/ftp/prices.txt"
printf '%s\n' listen=YES listen_address=10.0.0.1 background=NO anonymous_enable=YES local_enable=NO nopriv_user=nobody \
  secure_chroot_dir=/run/ftp ftp_username=ftp "anon_root=$work/ftp" seccomp_sandbox=NO isolate=NO isolate_network=NO \
  'ftpd_banner=the office files' >"$work/vsftpd.conf"
must gateway mkdir -p /run/ftp
start gateway vsftpd "$work/vsftpd.conf"

mkdir -p -m 755 "$work/mailbox/anna/new"
cp "$work/mail" "$work/mailbox/anna/new/1.minutes" 2>/dev/null ||
  printf '%s\n' 'From: ben@example.org' 'To: anna@example.org' 'Subject: Pencils' '' 'We need twelve.' >"$work/mailbox/anna/new/1.minutes"
chown -R 65534:65534 "$work/mailbox"
sed "s#WORK#$work#" "$parts/dovecot.conf" >"$work/dovecot.conf"
chmod 644 "$work/dovecot.conf"
start gateway dovecot -F -c "$work/dovecot.conf"
for port in 21 110 143; do await try gateway nc -z 10.0.0.1 "$port"; done

get desk ftp://10.0.0.1/ ftp://10.0.0.1/prices.txt
get desk --disable-epsv -P - ftp://10.0.0.1/prices.txt          # active: the server calls back
get desk -u anna:wrong ftp://10.0.0.1/
get desk -u anna:example imap://10.0.0.1/ 'imap://10.0.0.1/INBOX;MAILINDEX=1'
get desk -u anna:wrong imap://10.0.0.1/
get desk -u anna:example pop3://10.0.0.1/ pop3://10.0.0.1/1
get desk --login-options AUTH=PLAIN --ssl-reqd -u anna:example imap://10.0.0.1/

mkdir "$work/seed" "$work/leech"
head -c 40000 /dev/urandom >"$work/seed/plans.bin"
/usr/bin/python3 "$parts/torrent.py" "$work/seed/plans.bin" http://10.0.0.1:6969/announce >"$work/plans.torrent" 2>"$work/run/known"
chmod 644 "$work/run/known"
start gateway opentracker -i 10.0.0.1 -p 6969 -P 6969 -d "$work/run" -u nobody -w known
peer=(aria2c --no-conf --quiet --enable-dht --bt-enable-lpd --dht-listen-port=6881 --listen-port=6881 --enable-dht6=false --bt-lpd-interface=eth0)
start gateway "${peer[@]/eth0/lan0}" --dht-file-path="$work/dht1" --dir "$work/seed" --check-integrity --seed-ratio=0 "$work/plans.torrent"
sleep 1
start desk "${peer[@]}" --dht-file-path="$work/dht2" --dht-entry-point=10.0.0.1:6881 --dir "$work/leech" --seed-time=0 "$work/plans.torrent"
sleep 6

# Small services of a LAN: mDNS, LLMNR, NetBIOS names, DHCPv6, NTP, SNMP 1 to 3, syslog.
for host in desk till; do
  printf '[server]\nhost-name=%s\nallow-interfaces=eth0\nenable-dbus=no\n[rlimits]\n' "$host" >"$work/avahi-$host.conf"
  chmod 644 "$work/avahi-$host.conf"
  start "$host" avahi-daemon --no-drop-root --no-rlimits --no-chroot -f "$work/avahi-$host.conf"
done
start design wsdd2 -4 -l -i eth0 -H design
sleep 1
must gateway ip route add 224.0.0.0/24 dev lan0
ask gateway +unexpected -p 5353 @224.0.0.251 desk.local A
ask gateway +unexpected -p 5353 @224.0.0.251 -x 10.0.0.23
ask gateway +unexpected -p 5353 @ff02::fb%lan0 till.local AAAA
ask gateway +unexpected -p 5355 @224.0.0.252 design A

start laptop dhclient -6 -d -1 -sf /bin/true -lf "$work/leases6" -pf /run/dhclient6.pid eth0
start gateway chronyd -d -x -u root -f /dev/null 'local stratum 2' 'allow all' 'bindcmdaddress /' 'pidfile /run/chronyd.pid'
printf '%s\n' 'sysName gateway' 'sysLocation office' 'sysContact anna@example.org' 'sysDescr The gateway' 'rocommunity public' \
  'createUser anna SHA example-auth AES example-priv' 'rouser anna authpriv' >"$work/snmpd.conf"
start gateway env MIBS= SNMP_PERSISTENT_DIR=/run/snmp snmpd -f -Lo -C -c "$work/snmpd.conf" udp:161
start gateway socat -u UDP4-RECV:514 OPEN:/dev/null
sleep 1
at desk chronyd -x -Q -t 4 -u root -f /dev/null 'server 10.0.0.1 iburst maxsamples 2' 'pidfile /run/chronyd.pid' 'bindcmdaddress /'
query() { at design env MIBS= SNMP_PERSISTENT_DIR=/run/snmp "snmp$1" "${@:2}"; }
query get -v1 -c public 10.0.0.1 1.3.6.1.2.1.1.5.0
query get -v2c -c public 10.0.0.1 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.3.0 1.3.6.1.2.1.1.6.0
query bulkget -v2c -c public -Cr5 10.0.0.1 1.3.6.1.2.1.2.2.1
query set -v2c -c public 10.0.0.1 1.3.6.1.2.1.1.6.0 s elsewhere
query get -v2c -c wrong -t 1 -r 0 10.0.0.1 1.3.6.1.2.1.1.5.0
query get -v3 -u anna -l authPriv -a SHA -A example-auth -x AES -X example-priv 10.0.0.1 1.3.6.1.2.1.1.5.0
query trap -v2c -c public 10.0.0.1 '' 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.2 i 2
at desk logger -n 10.0.0.1 -P 514 --rfc3164 -p auth.warning -t login 'three wrong passwords for anna'
at desk logger -n 10.0.0.1 -P 514 --rfc5424 -p local0.info -t backup --msgid DONE 'everything is saved'
sleep 1

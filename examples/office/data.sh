# Servers that keep data: Redis, MQTT, MariaDB, PostgreSQL, LDAP, Kerberos, SMB with NetBIOS.
mkdir -m 755 "$work/data"
start gateway redis-server --bind 10.0.0.1 --save '' --protected-mode no --dir "$work/data"
printf 'listener 1883 10.0.0.1\nallow_anonymous true\nuser root\n' >"$work/mosquitto.conf"
start gateway mosquitto -c "$work/mosquitto.conf"
start gateway mariadbd --no-defaults --user=root --skip-grant-tables --skip-innodb --default-storage-engine=MyISAM --datadir="$work/data" \
  --socket=/run/mariadb.sock --bind-address=10.0.0.1 --pid-file=/run/mariadb.pid --skip-networking=0 --host-cache-size=0

mkdir -m 755 "$work/ldap"
printf '%s\n' 'modulepath /usr/lib/ldap' 'moduleload back_ldif' 'include /etc/ldap/schema/core.schema' 'include /etc/ldap/schema/cosine.schema' \
  'include /etc/ldap/schema/inetorgperson.schema' 'pidfile /run/slapd.pid' 'database ldif' 'suffix dc=example,dc=org' \
  'rootdn cn=admin,dc=example,dc=org' 'rootpw example' "directory $work/ldap" >"$work/slapd.conf"
start gateway slapd -d 0 -h ldap://10.0.0.1 -f "$work/slapd.conf"

mkdir "$work/krb5"
printf '%s\n' '[libdefaults]' 'default_realm = EXAMPLE.ORG' 'dns_lookup_kdc = false' 'dns_canonicalize_hostname = false' '[realms]' \
  'EXAMPLE.ORG = {' 'kdc = 10.0.0.1' '}' >"$work/krb5/krb5.conf"
printf '%s\n' '[kdcdefaults]' 'kdc_ports = 88' 'kdc_tcp_ports = 88' '[realms]' 'EXAMPLE.ORG = {' "database_name = $work/krb5/principal" \
  "key_stash_file = $work/krb5/stash" '}' '[logging]' 'kdc = STDERR' >"$work/krb5/kdc.conf"
kerberos=(env "KRB5_CONFIG=$work/krb5/krb5.conf" "KRB5_KDC_PROFILE=$work/krb5/kdc.conf" "KRB5CCNAME=$work/krb5/tickets")
must gateway "${kerberos[@]}" kdb5_util create -s -P "$suffix"
must gateway "${kerberos[@]}" kadmin.local addprinc -requires_preauth -pw example +requires_preauth anna
must gateway "${kerberos[@]}" kadmin.local addprinc -randkey host/gateway.example.org
start gateway "${kerberos[@]}" krb5kdc -n

mkdir -p "$work/smb/share"
echo 'twelve pencils' >"$work/smb/share/order.txt"
sed "s#WORK#$work/smb#" "$parts/smb.conf" >"$work/smb.conf"
must gateway mkdir -p /run/samba
start gateway smbd -F --debug-stdout --no-process-group -s "$work/smb.conf"
start gateway nmbd -F --debug-stdout --no-process-group -s "$work/smb.conf"

install -d -m 700 -o 65534 "$work/postgres"
install -m 644 <(echo example) "$work/postgres.password"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/)
bin=/usr/lib/postgresql/15/bin
must gateway "${nobody[@]}" "$bin/initdb" -D "$work/postgres" -U anna --no-sync --locale=C -A scram-sha-256 --pwfile="$work/postgres.password"
echo 'host all all 10.0.0.0/24 scram-sha-256' >>"$work/postgres/pg_hba.conf"
start gateway "${nobody[@]}" "$bin/postgres" -D "$work/postgres" -h 10.0.0.1 -k '' -F
for port in 88 139 389 445 1883 3306 5432 6379; do await try gateway nc -z 10.0.0.1 "$port"; done

redis=(redis-cli -h 10.0.0.1)
at desk "${redis[@]}" SET pencils 12
at desk "${redis[@]}" INCRBY pencils 30
at desk "${redis[@]}" RPUSH orders paper ink
at desk "${redis[@]}" LRANGE orders 0 -1
at desk "${redis[@]}" HGET orders x            # an error
at desk "${redis[@]}" -3 HELLO 3
at desk "${redis[@]}" -3 CONFIG GET port

start till mosquitto_sub -h 10.0.0.1 -i till -t 'office/#' -q 2 -C 4
sleep 0.3
for quality in 0 1 2; do at desk mosquitto_pub -h 10.0.0.1 -i desk -t office/door -m open -q "$quality"; done
at desk mosquitto_pub -h 10.0.0.1 -i desk -V 5 -u anna -P example -t office/door -m shut -q 1 -r -D publish content-type text/plain
at laptop mosquitto_pub -h 10.0.0.1 -p 1883 -i laptop -t office/door -m open --will-topic office/gone --will-payload laptop

mysql=(mariadb --no-defaults --skip-ssl -h 10.0.0.1 -u anna -pexample)
at desk "${mysql[@]}" -e 'CREATE DATABASE office; CREATE TABLE office.items (id INT, name VARCHAR(20)); INSERT INTO office.items VALUES (1, "pencil"), (2, "paper"); SELECT * FROM office.items; SELECT nothing'

at desk env PGPASSWORD=example psql -q -h 10.0.0.1 -U anna postgres -c 'CREATE TABLE items (id int, name text)' -c "INSERT INTO items VALUES (1, 'pencil')" \
  -c 'SELECT * FROM items' -c 'SELECT nothing'
at desk env PGPASSWORD=wrong psql -h 10.0.0.1 -U anna postgres -c 'SELECT 1'

ldap=(-x -H ldap://10.0.0.1 -D cn=admin,dc=example,dc=org -w example)
at desk ldapadd "${ldap[@]}" -f "$parts/people.ldif"
at desk ldapsearch "${ldap[@]}" -b dc=example,dc=org '(&(objectClass=person)(mail=anna*))' cn mail
at desk ldapwhoami -x -H ldap://10.0.0.1 -D cn=admin,dc=example,dc=org -w wrong

at desk "${kerberos[@]}" sh -c 'echo example | kinit anna && kvno host/gateway.example.org'
at desk "${kerberos[@]}" sh -c 'echo example | kinit nobody'
sed -i '1a udp_preference_limit = 1' "$work/krb5/krb5.conf"     # by TCP
at desk "${kerberos[@]}" sh -c 'echo example | kinit anna'

at till smbclient -s "$work/smb.conf" -N -c 'ls; get order.txt /dev/null; mkdir new' '//10.0.0.1/share'
at till smbclient -s "$work/smb.conf" -N -m NT1 --option='client min protocol=NT1' -p 139 -c 'ls' '//10.0.0.1/share'
at till nmblookup -s "$work/smb.conf" -B 10.0.0.255 GATEWAY
at till nmblookup -s "$work/smb.conf" -A 10.0.0.1

# tunnel.py KIND LOCAL REMOTE [KEY]: the interface KIND, whose packets travel to REMOTE inside of others: ipip, sit, gre, geneve,
# and, with a hexadecimal key, ah and esp (tunnel mode, by scapy), for kernels that have none of them.
import os, select, socket, struct, sys
import device

PROTOCOLS = {'ipip': 4, 'sit': 41, 'gre': 47, 'esp': 50, 'ah': 51}
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
GRE_KEY, GENEVE_PORT, ETHERNET_BRIDGED, NETWORK, HEADER = 0x2000, 6081, 0x6558, 42, 20

kind, local, remote = sys.argv[1:4]
wrap = lambda packet: packet
unwrap = lambda data: data[HEADER:]              # a raw socket gives the IPv4 header as well

if kind == 'geneve':
    office = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    office.bind((local, GENEVE_PORT))
    option = struct.pack('!HBB', 0xFFFF, 1, 1) + b'desk'     # of the experimental class
    wrap = lambda frame: struct.pack('!BBHI', len(option) // 4, 0, ETHERNET_BRIDGED, NETWORK << 8) + option + frame
    unwrap = lambda data: data[8 + 4 * (data[0] & 0x3F):]
else:
    office = socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOLS[kind])
    office.bind((local, 0))
if kind == 'gre':
    wrap = lambda packet: struct.pack('!HHI', GRE_KEY, ETHERTYPES[packet[0] >> 4], 7) + packet
    unwrap = lambda data: data[HEADER + 8:]
if kind in ('ah', 'esp'):
    from scapy.all import AH, ESP, IP, SecurityAssociation
    key = bytes.fromhex(sys.argv[4])

    def association(source, target):
        crypt = {'crypt_algo': 'AES-CBC', 'crypt_key': key[:16]} if kind == 'esp' else {}
        spi = 0x100 + int(source.split('.')[-1])
        return SecurityAssociation(ESP if crypt else AH, spi=spi, auth_algo='SHA2-256-128', auth_key=key, **crypt,
                                   tunnel_header=IP(src=source, dst=target, id=spi))
    ours, theirs = association(local, remote), association(remote, local)
    office.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
    wrap = lambda packet: bytes(ours.encrypt(IP(packet)))
    unwrap = lambda data: bytes(theirs.decrypt(IP(data)))

inner = device.make(kind, device.TAP if kind == 'geneve' else device.TUN)
while True:
    for ready in select.select([inner, office], [], [])[0]:
        if ready is inner:
            office.sendto(wrap(os.read(inner, 65535)), (remote, GENEVE_PORT if kind == 'geneve' else 0))
            continue
        data, sender = office.recvfrom(65535)
        if sender[0] == remote:
            device.deliver(inner, unwrap(data))

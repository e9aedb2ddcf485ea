#!/usr/bin/python3
# ppp.py [DEVICE] [WORD…] [LOCAL:REMOTE] [pty COMMAND]: as much of pppd as the office needs, for kernels that have no PPP.
# Speaks PPP in HDLC-like framing (RFC 1662) with COMMAND, or on DEVICE: LCP with PAP, IPCP and
# IPV6CP; what is sent on the interface ppp0, a TUN device, goes through it. Who knows an address pair is the server:
# it asks for the password, takes any, and gives the other side REMOTE. Other words of pppd's are passed over.
import os, re, select, signal, socket, struct, subprocess, sys, tty
import device

LCP, PAP, IPCP, IPV6CP, IPV4, IPV6 = 0xC021, 0xC023, 0x8021, 0x8057, 0x0021, 0x0057
REQUEST, ACK, NAK, TERMINATE, TERMINATED, REJECT, ECHO, ECHOED = 1, 2, 3, 5, 6, 8, 9, 10

words = sys.argv[1:]
pair = next((word.split(':') for word in words if re.fullmatch(r'[\d.]+:[\d.]+', word)), None)
local, remote = (socket.inet_aton(word) for word in pair or ('0.0.0.0', '0.0.0.0'))
if 'pty' in words:
    other = subprocess.Popen(['sh', '-c', 'exec ' + words[words.index('pty') + 1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    source, sink = other.stdout.fileno(), other.stdin.fileno()
else:
    source = sink = os.open(next(word for word in words if word.startswith('/dev/')), os.O_RDWR | os.O_NOCTTY)
    tty.setraw(sink)
magic, interface = os.urandom(4), b'\0' * 5 + b'\x53\xff\xfe' + bytes([0, 1 if pair else 2])
wanted = {
    LCP: struct.pack('!BBH', 1, 4, 1492) + (struct.pack('!BBH', 3, 4, PAP) if pair else b'') + b'\5\6' + magic,
    IPCP: b'\3\6' + local,
    IPV6CP: b'\1\x0a' + interface[-8:],
}
agreed = {protocol: set() for protocol in wanted}
tun = None


def checksum(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return struct.pack('<H', value ^ 0xFFFF)


def send(protocol, data):
    frame = struct.pack('!BBH', 0xFF, 3, protocol) + data
    frame += checksum(frame)
    os.write(sink, b'~' + b''.join(bytes([0x7D, b ^ 0x20]) if b in b'}~' or b < 0x20 else bytes([b]) for b in frame) + b'~')


def message(protocol, code, number, data=b''):
    send(protocol, struct.pack('!BBH', code, number, 4 + len(data)) + data)


def up():
    global tun
    tun = device.make('ppp0', device.TUN)
    mine, theirs = socket.inet_ntoa(wanted[IPCP][2:]), socket.inet_ntoa(remote)
    for command in 'address add %s peer %s dev ppp0' % (mine, theirs), 'link set ppp0 mtu 1492 up':
        subprocess.run(['ip', *command.split()])
    if not pair:
        message(LCP, ECHO, 9, magic)


def settled(protocol, side):
    agreed[protocol].add(side)
    if len(agreed[protocol]) < 2:
        return
    if protocol == LCP and not pair:
        message(PAP, REQUEST, 1, b'\4anna\7example')
    if protocol == IPCP and tun is None:
        up()


def open_network():
    for protocol in IPCP, IPV6CP:
        message(protocol, REQUEST, 1, wanted[protocol])


def negotiate(protocol, code, number, data):
    global remote
    if code == REQUEST and protocol == IPCP and pair and data[:6] == b'\3\6' + bytes(4):
        message(protocol, NAK, number, b'\3\6' + remote)
    elif code == REQUEST:
        if protocol == IPCP:
            remote = data[2:6]
        message(protocol, ACK, number, data)
        settled(protocol, 'theirs')
    elif code == ACK:
        settled(protocol, 'ours')
    elif code == NAK:
        wanted[protocol] = data
        message(protocol, REQUEST, number + 1, data)
    elif code == TERMINATE:
        message(protocol, TERMINATED, number)
    elif code == ECHO:
        message(protocol, ECHOED, number, magic + data[4:])


def receive(frame):
    if frame[:2] == b'\xff\3':
        frame = frame[2:]
    protocol, = struct.unpack_from('!H', frame)
    if protocol in (IPV4, IPV6):
        if tun is not None:
            device.deliver(tun, frame[2:])
        return
    code, number, length = struct.unpack_from('!BBH', frame, 2)
    data = frame[6:2 + length]
    if protocol in wanted:
        negotiate(protocol, code, number, data)
        return TERMINATE <= code <= TERMINATED and protocol == LCP
    if protocol == PAP:
        if code == REQUEST:
            message(PAP, ACK, number, b'\7welcome')
        open_network()
    else:
        message(LCP, REJECT, 7, frame)


def leave(*_):
    message(LCP, TERMINATE, 8)


def unheard():
    if 'ours' not in agreed[LCP]:
        message(LCP, REQUEST, 1, wanted[LCP])   # the other side was not there yet
    return []


signal.signal(signal.SIGTERM, leave)
message(LCP, REQUEST, 1, wanted[LCP])
pending = b''
while True:
    for ready in select.select([source] + [tun] * (tun is not None), [], [], 1)[0] or unheard():
        if ready == tun:
            packet = os.read(tun, 65535)
            send(IPV4 if packet[0] >> 4 == 4 else IPV6, packet)
            continue
        data = os.read(source, 65535)
        if not data:
            sys.exit()
        *frames, pending = (pending + data).split(b'~')
        for frame in frames:
            plain = re.sub(rb'}(.)', lambda found: bytes([found[1][0] ^ 0x20]), frame, flags=re.DOTALL)
            if len(plain) > 6 and checksum(plain[:-2]) == plain[-2:] and receive(plain[:-2]):
                sys.exit()

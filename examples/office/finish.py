# finish.py CAPTURED EDITED OUT: the edited pcapng without what dumpcap and editcap tell of the machine, its system and theirs:
# new options for the section and the interfaces; the interface statistics, which the editing lost, from what was captured
# (dumpcap 4.0 writes their times in microseconds, whatever the resolution of the interface is).
# Everything else stays as it is, in this machine's byte order.
import struct, sys

ABOUT = {'lan0': 'office LAN, 10.0.0.0/24, and VLAN 42', 'dmz0': 'server room, 192.168.3.0/24'}


def blocks(path):
    data, place = open(path, 'rb').read(), 0
    while place < len(data):
        kind, length = struct.unpack_from('=II', data, place)
        yield kind, data[place + 8:place + length - 4]
        place += length


def option(code, value):
    return struct.pack('=HH', code, len(value)) + value + bytes(-len(value) % 4)


def options(body, place):
    found = {}
    while place < len(body):
        code, length = struct.unpack_from('=HH', body, place)
        found[code] = body[place + 4:place + 4 + length]
        place += 4 + length + -length % 4
    return found


def section(body):
    comment, application = b'a small office, by make-office.sh', b'pcapsh examples/make-office.sh'
    return body[:16] + option(1, comment) + option(4, application) + bytes(4)


def interface(body):
    old = options(body, 8)
    name, resolution = old[2], old[9]
    return body[:8] + option(2, name) + option(3, ABOUT[name.decode()].encode()) + option(9, resolution) + bytes(4)


def nanoseconds(value):
    high, low = struct.unpack('=II', value)
    time = high << 32 | low
    return struct.pack('=II', *divmod(time * 1000 if time < 10**17 else time, 1 << 32))


def statistics(body):
    kept = b''.join(option(code, nanoseconds(value) if code in (2, 3) else value) for code, value in options(body, 12).items() if code)
    return body[:4] + nanoseconds(body[4:12]) + kept + bytes(4)


REWRITE = {0x0A0D0D0A: section, 1: interface, 5: statistics}

captured, edited, out = sys.argv[1:]
with open(out, 'wb') as file:
    for kind, body in [*(b for b in blocks(edited) if b[0] != 5), *(b for b in blocks(captured) if b[0] == 5)]:
        body = REWRITE.get(kind, bytes)(body)
        length = len(body) + 12
        file.write(struct.pack('=II', kind, length) + body + struct.pack('=I', length))

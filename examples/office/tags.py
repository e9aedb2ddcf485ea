# tags.py INTERFACE NAME TAGS [TAGS-IN]: the sub-interface NAME of INTERFACE, whose frames carry TAGS (hexadecimal, from
# the first tag's EtherType on) behind the MAC addresses: 802.1Q, 802.1Q in 802.1ad, or MPLS, for kernels without them.
# It is a TAP device: what is sent on it leaves INTERFACE with TAGS, and what comes in with TAGS-IN is received on it without.
import os, select, socket, struct, sys
import device

SOL_PACKET, PACKET_AUXDATA, TAG_IS_VALID = 263, 8, 0x10
ETH_P_ALL = 3

interface, name, tags, tags_in = (sys.argv[1:] + sys.argv[3:4])[:4]
tags, tags_in = bytes.fromhex(tags), bytes.fromhex(tags_in)
mpls = tags[:2] == b'\x88\x47'                   # takes the place of the packet's EtherType, which is guessed on arrival
ETHERTYPE_OF_VERSION = {4: b'\x08\x00', 6: b'\x86\xdd'}

tap = device.make(name, device.TAP)
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
wire.bind((interface, 0))
wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)   # the kernel takes a tag off the frame and hands it over beside it


def tagged(frame):
    return frame[:12] + tags + frame[14 if mpls else 12:]


def untagged(frame, beside):
    status, tag, ethertype = struct.unpack_from('I12xHH', beside)
    taken = struct.pack('!HH', ethertype, tag) if status & TAG_IS_VALID else b''
    rest = taken + frame[12:]
    if not rest.startswith(tags_in) or len(rest) == len(tags_in):
        return None
    rest = rest[len(tags_in):]
    return frame[:12] + (ETHERTYPE_OF_VERSION[rest[0] >> 4] if mpls else b'') + rest


while True:
    for ready in select.select([tap, wire], [], [])[0]:
        if ready is tap:
            wire.send(tagged(os.read(tap, 65535)))
            continue
        frame, beside, _, sender = wire.recvmsg(65535, 128)
        plain = sender[2] != socket.PACKET_OUTGOING and untagged(frame, beside[0][2])
        if plain:
            device.deliver(tap, plain)

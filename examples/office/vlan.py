# vlan.py INTERFACE: INTERFACE.42, a sub-interface with 802.1Q id 42, for kernels that are built without them.
# It is a TAP device: what is sent on it leaves INTERFACE with a tag, and what comes in with that tag is received on it without.
import errno, fcntl, os, select, socket, struct, sys

TUNSETIFF, TAP_WITHOUT_HEADER = 0x400454CA, 0x1002
SOL_PACKET, PACKET_AUXDATA, TAG_IS_VALID = 263, 8, 0x10
ETH_P_ALL, VLAN_ETHERTYPE, VLAN_ID = 3, 0x8100, 42

tap = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack('16sH22x', f'{sys.argv[1]}.{VLAN_ID}'.encode(), TAP_WITHOUT_HEADER))
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
wire.bind((sys.argv[1], 0))
wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)   # the kernel takes a tag off the frame and hands it over beside it

while True:
    for ready in select.select([tap, wire], [], [])[0]:
        if ready is tap:
            frame = os.read(tap, 65535)
            wire.send(frame[:12] + struct.pack('!HH', VLAN_ETHERTYPE, VLAN_ID) + frame[12:])
        else:
            frame, beside, _, sender = wire.recvmsg(65535, 128)
            status, tag = struct.unpack_from('I12xH', beside[0][2])
            if sender[2] != socket.PACKET_OUTGOING and status & TAG_IS_VALID and tag & 0xFFF == VLAN_ID:
                try:
                    os.write(tap, frame)
                except OSError as error:
                    if error.errno != errno.EIO:   # EIO: the sub-interface is not up yet, and so misses the frame
                        raise

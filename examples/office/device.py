# A virtual interface of Linux whose packets are read and written by a program: TUN (IP packets) or TAP (Ethernet frames).
import errno, fcntl, os, struct

TUNSETIFF, TUN, TAP, WITHOUT_HEADER = 0x400454CA, 1, 2, 0x1000


def make(name, kind):
    device = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack('16sH22x', name.encode(), kind | WITHOUT_HEADER))
    return device


def deliver(device, packet):
    try:
        os.write(device, packet)
    except OSError as error:
        if error.errno != errno.EIO:             # EIO: the interface is not up yet, and so misses the packet
            raise

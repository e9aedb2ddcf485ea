# extensions.py INTERFACE FROM TO MAC: pings over IPv6 whose extension headers no ordinary program sends, made with scapy.
import sys
from scapy.all import (Ether, HBHOptUnknown, ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, Jumbo, PadN, RouterAlert, fragment6, sendp)

interface, source, target, mac = sys.argv[1:]
frame = Ether(dst=mac) / IPv6(src=source, dst=target)
echo = ICMPv6EchoRequest(id=7, data=b'pencils')
chains = [
    IPv6ExtHdrHopByHop(options=[RouterAlert(value=0), PadN(optdata=b'\0\0')]),
    IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x1E, optdata=b'abcd')]),
    IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x9E, optdata=b'abcd')]),       # to be answered: not known here
    IPv6ExtHdrRouting(type=0, addresses=['2001:db8::17']),                         # forbidden since RFC 5095
    IPv6ExtHdrFragment(id=0x1234),                                                 # an atomic fragment
    IPv6ExtHdrHopByHop(options=[PadN(optdata=b'')]) / IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment(id=0x1235),
]
for chain in chains:
    sendp(frame / chain / echo, iface=interface, verbose=False)

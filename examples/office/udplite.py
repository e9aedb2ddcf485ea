# udplite.py ADDRESS [COVERAGE WORD]: says WORD by UDP-Lite, its checksum covering so many bytes; or listens, and says it back.
import socket, sys

UDPLITE, SEND_COVERAGE = 136, 10
office = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, UDPLITE)
if len(sys.argv) > 2:
    for coverage in int(sys.argv[2]), 0:       # 0: all of it
        office.setsockopt(UDPLITE, SEND_COVERAGE, coverage)
        office.sendto(sys.argv[3].encode(), (sys.argv[1], 5001))
        office.recv(100)
else:
    office.bind((sys.argv[1], 5001))
    while True:
        office.sendto(*office.recvfrom(100))

# fastopen.py ADDRESS: fetches a page twice with TCP Fast Open, from a server that has it.
import socket, sys

page, port = b'HEAD / HTTP/1.0\r\n\r\n', 80
for _ in range(2):
    office = socket.socket()
    office.sendto(page, socket.MSG_FASTOPEN, (sys.argv[1], port))
    while office.recv(4000):
        pass

# torrent.py FILE TRACKER: a torrent file for it on standard output, and its name among trackers (a hash) on standard error.
import hashlib, os, sys


def bencode(value):
    if isinstance(value, int):
        return b'i%de' % value
    if isinstance(value, bytes):
        return b'%d:' % len(value) + value
    return b'd' + b''.join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b'e'


data, size = open(sys.argv[1], 'rb').read(), 16384
pieces = b''.join(hashlib.sha1(data[place:place + size]).digest() for place in range(0, len(data), size))
info = {b'length': len(data), b'name': os.path.basename(sys.argv[1]).encode(), b'piece length': size, b'pieces': pieces}
sys.stdout.buffer.write(bencode({b'announce': sys.argv[2].encode(), b'info': info}))
print(hashlib.sha1(bencode(info)).hexdigest(), file=sys.stderr)

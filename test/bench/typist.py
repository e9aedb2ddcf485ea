"""Types at the plain prompt while it indexes a capture; prints the milliseconds from each key to its echo, as a JSON list.

usage: typist.py CAPTURE PROGRAM...

Keys are capital letters that nothing on the screen holds, each deleted again after its echo. Typing ends when the prompt
shows the whole count (no `+` behind it).
"""
import json
import os
import pty
import re
import select
import signal
import sys
import time

capture, command = sys.argv[1], sys.argv[2:]
LONGEST = 60.0
KEYS = b'QXZJKW'
PAINT = re.compile(rb'\x1b\[[0-9;?]*[A-Za-z]')

child, terminal = pty.fork()
if child == 0:
    os.environ.update(TERM='xterm', COLUMNS='120', LINES='40')
    os.environ.pop('CI', None)
    os.execvp(command[0], command)


def read_until(pattern, limit):
    """Reads until the output, its paint left out, matches; that output, or None after `limit` seconds."""
    seen = b''
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        ready, _, _ = select.select([terminal], [], [], max(0.0, ends - time.monotonic()))
        if not ready:
            break
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            break
        plain = PAINT.sub(b'', seen)
        if re.search(pattern, plain):
            return plain
    return None


def drain(seconds):
    """All output of so many seconds, its paint left out."""
    seen = b''
    ends = time.monotonic() + seconds
    while select.select([terminal], [], [], max(0.0, ends - time.monotonic()))[0]:
        seen += os.read(terminal, 65536)
    return PAINT.sub(b'', seen)


def type_keys():
    """Latencies of keys while the prompt counts up."""
    latencies = []
    for turn in range(10000):
        key = KEYS[turn % len(KEYS):][:1]
        started = time.perf_counter()
        os.write(terminal, key)
        seen = read_until(re.escape(key), 10)
        if seen is None:
            sys.exit('the prompt does not echo')
        latencies.append((time.perf_counter() - started) * 1000)
        os.write(terminal, b'\x7f')
        counts = re.findall(rb'web ([\d,]+)(\+?)', seen + drain(0.012))
        if time.monotonic() > stop or (counts and counts[-1][1] == b''):
            break
    return latencies


if read_until('›'.encode(), 10) is None:
    sys.exit('no prompt')
stop = time.monotonic() + LONGEST
os.write(terminal, f"web = load '{capture}'\r".encode())
if read_until(rb'web [^\n]*' + '›'.encode(), 10) is None:
    sys.exit('the capture is not loaded')
print(json.dumps(type_keys()))
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)

"""terminal.py ROWS COLUMNS COMMAND…: runs a command in a terminal of its own. What it prints comes out of stdout as it is. A line of JSON on stdin is a
string, which is typed, [rows, columns], to which the terminal changes, or a number, a signal for the command. Ends with the command's own status."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    # The parent has set the size when there is something to read.
    sys.stdin.readline()
    os.execvp(sys.argv[3], sys.argv[3:])
resize(terminal, int(sys.argv[1]), int(sys.argv[2]))
os.write(terminal, b"\n")

waiting = [terminal, 0]
typed = b""
while True:
    readable, _, _ = select.select(waiting, [], [])
    if 0 in readable:
        chunk = os.read(0, 4096)
        if not chunk:
            waiting.remove(0)
        typed += chunk
        *lines, typed = typed.split(b"\n")
        for line in map(json.loads, lines):
            if isinstance(line, str):
                os.write(terminal, line.encode())
            elif isinstance(line, int):
                os.kill(pid, line)
            else:
                resize(terminal, *line)
    if terminal in readable:
        try:
            output = os.read(terminal, 65536)
        except OSError:
            break
        if not output:
            break
        os.write(1, output)

_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)

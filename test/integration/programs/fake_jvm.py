"""Listens where a JVM's attach socket is, catches SIGQUIT and maps a libjvm.so, as a JVM does; what it answers is told by its arguments."""

import json
import mmap
import os
import signal
import socket
import struct
import sys
import time

signal.signal(signal.SIGQUIT, lambda *_: None)
# By command: the text, how many times it comes, and the seconds between two of its bytes.
replies = json.loads(sys.argv[1])
with open(sys.argv[2], "rb") as library:
    mapped = mmap.mmap(library.fileno(), 0, prot=mmap.PROT_READ)

# As the attach listeners of JDK 8 and 9 do.
hears_own_alone = sys.argv[3:] == ["hears-own-alone"]
path = f"/tmp/.java_pid{os.getpid()}"
os.umask(0o177)
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen(8)
print("ready", flush=True)


def command_of(connection):
    request = b""
    while request.count(b"\0") < 5:
        received = connection.recv(4096)
        if not received:
            return ""
        request += received
    return request.split(b"\0")[2].decode()


def answer(connection, reply):
    text = reply["text"].encode()
    if "dripSeconds" in reply:
        connection.sendall(b"0\n")
        for byte in text * reply["times"]:
            connection.sendall(bytes([byte]))
            time.sleep(reply["dripSeconds"])
        return
    connection.sendall(b"0\n")
    together = 1 + 65536 // len(text)
    left = reply["times"]
    while left > 0:
        connection.sendall(text * min(left, together))
        left -= together


def is_heard(connection):
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, group = struct.unpack("3i", credentials)
    return not hears_own_alone or (user, group) == (os.geteuid(), os.getegid())


while True:
    connection, _ = server.accept()
    with connection:
        if not is_heard(connection):
            continue
        try:
            command = command_of(connection)
            print(command, flush=True)
            if command in replies:
                answer(connection, replies[command])
            else:
                connection.sendall(b"1\nUnknown diagnostic command\n")
        except (BrokenPipeError, ConnectionResetError):
            print(f"{command}: cut off", flush=True)

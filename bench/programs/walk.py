# A walk of glibc's arena heaps as gdb scripts do it: the process stands still, and every chunk's header is read by itself.
# gdb -batch -ex "python addresses='7f…,7f…'" -x walk.py -p PID prints chunks, free chunks and milliseconds.
import struct
import time

inferior = gdb.selected_inferior()


def word(address):
    return struct.unpack("<Q", bytes(inferior.read_memory(address, 8)))[0]


def first_chunk(base):
    # malloc_state of glibc 2.36 follows heap_info in an arena's first heap.
    return base + (0x8D0 if base <= word(base) < base + 64 else 0x30)


def walk(base):
    end = base + word(base + 16)
    chunk = first_chunk(base)
    chunks = free = 0
    while chunk < end - 16:
        size = word(chunk + 8) & ~7
        if size == 0 or chunk + size > end - 16:
            break
        chunks += 1
        free += 1 - (word(chunk + size + 8) & 1)
        chunk += size
    return chunks, free


began = time.monotonic()
counts = [walk(int(address, 16)) for address in addresses.split(",")]
milliseconds = 1000 * (time.monotonic() - began)
print("@walk", sum(chunks for chunks, _ in counts), sum(free for _, free in counts), round(milliseconds, 1))

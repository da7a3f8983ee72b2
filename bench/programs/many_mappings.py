"""many_mappings.py N: a process with about N mappings, for reading them. Says when they are there, and waits for the end of its stdin."""

import mmap
import sys

count = int(sys.argv[1])
page = mmap.PAGESIZE
# Pages of alternating protection cannot be merged into one mapping.
kept = [mmap.mmap(-1, page, prot=mmap.PROT_READ | (mmap.PROT_WRITE if index % 2 else 0)) for index in range(count)]
print("ready", flush=True)
sys.stdin.read()

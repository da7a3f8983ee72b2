"""Announces its phases, and between the first two reads a file that it maps: python3 maps_file.py FILE."""
import mmap
import sys


def announce(phase):
    print(f"@phase {phase}", flush=True)
    sys.stdin.readline()


announce("baseline")
with open(sys.argv[1], "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
sum(mapped[place] for place in range(0, len(mapped), 4096))
announce("loaded")
announce("settled")

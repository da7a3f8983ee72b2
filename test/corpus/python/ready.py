# SPDX-License-Identifier: MIT
"""What the programs in Python have in common."""
import os
import sys


def ready(count):
    """Says how many bytes the cause has, or 0, and stays until stdin ends. The pid: a launcher may stand before."""
    print(f"@phase ready bytes={count} pid={os.getpid()}", flush=True)
    sys.stdin.read()
    print("@done ok", flush=True)

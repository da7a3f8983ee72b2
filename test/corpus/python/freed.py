# SPDX-License-Identifier: MIT
"""Threads that freed most of their buffers in any order: glibc keeps them."""
import random
import threading

from ready import ready

THREADS, BUFFERS, BYTES = 7, 601, 40_009
kept = []
gate = threading.Barrier(THREADS + 1)


def work(seed):
    own = [bytearray(b"x" * BYTES) for _ in range(BUFFERS)]
    gate.wait()
    random.Random(seed).shuffle(own)
    kept.append(own[: BUFFERS // 20])
    del own
    gate.wait()


threads = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(THREADS)]
for thread in threads:
    thread.start()
gate.wait()
gate.wait()
for thread in threads:
    thread.join()
ready(THREADS * (BUFFERS - BUFFERS // 20) * BYTES)

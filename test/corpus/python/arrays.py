# SPDX-License-Identifier: MIT
"""Arrays as numpy's are: each is one block of malloc, which maps it."""
from ready import ready

ARRAYS, BYTES = 71, 2_400_001
held = [bytearray(b"x" * BYTES) for _ in range(ARRAYS)]
ready(ARRAYS * BYTES)

# SPDX-License-Identifier: MIT
"""Small objects: Python has arenas of its own for them, which it maps without malloc."""
from ready import ready

OBJECTS = 1_500_007
#: A tuple of two has 56 bytes and the GC's header 16; the list has a pointer to each, and each float has 24.
held = [(i * 0.5, None) for i in range(OBJECTS)]
ready(OBJECTS * (72 + 8 + 24))

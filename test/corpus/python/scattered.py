# SPDX-License-Identifier: MIT
"""Small objects of which most are deleted: those that are left lie in every arena of pymalloc, and none of these can go back to the kernel."""
from ready import ready

COUNT = 2_500_009
KEPT = 1_009
# An object of bytes has 33 more than its content, and blocks are multiples of 16.
CONTENT = 41
BLOCK = 80

objects = [bytes([number % 251]) * CONTENT for number in range(COUNT)]
left = objects[::KEPT]
del objects
assert len(left) == COUNT // KEPT + 1
ready((COUNT - len(left)) * BLOCK)

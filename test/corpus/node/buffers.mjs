// SPDX-License-Identifier: MIT
// Buffers that a queue holds: outside V8's heap, blocks of malloc.
import { ready } from './ready.mjs';

const [count, bytes] = [163, 1_048_573];
const held = Array.from({ length: count }, () => Buffer.alloc(bytes, 1));
ready(held.length * bytes);

// SPDX-License-Identifier: MIT
// Objects in V8's own heap, which it maps without malloc.
import { ready } from './ready.mjs';

const count = 2_000_003;
/** A header of 24 bytes, two fields and the number that does not fit one of them. */
const held = Array.from({ length: count }, (_, index) => ({ index: index + 0.5, next: null }));
ready(held.length === count ? 0 : -1);

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOLDERS_H
#define OFFHEAP_HOLDERS_H

/*
 * Who keeps Java objects alive: upward from them, a level at a time, each level by one reading of the heap, until a
 * static field, a thread's stack or the JVM. A subclass of java.lang.ref.Reference holds nothing: what only these lead
 * to waits for the garbage collector. So does what nothing leads to but other garbage, which is not told from what
 * lives where it was found; but no root is found above it. Nothing is looked for above what is known to be held.
 *
 * Where an object is what a Cleaner will run (its action), the Cleaner's referent decides: once that is garbage, the
 * memory behind the object is freed, whoever else has the object.
 */

#include "climb.h"

/* `base`: addresses of objects, each once. False: there is no memory. */
bool climb_begin(const struct target *target, struct hotspot *vm, const struct root_words *roots, const uint64_t *base,
                 size_t base_count, struct climb *climb);
void climb_free(struct climb *climb);

/* Up to a level above which there is nobody, or to the highest. Groups of holders go into the result, if they matter.
 */
struct inspect_verdict climb_up(struct climb *climb, uint32_t owner, struct owners_result *result);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FASTBINS_H
#define OFFHEAP_FASTBINS_H

#include "free_list.h"

/*
 * Fills heaps->fastbins with the chunks of every arena's fastbins, and heaps->links. To 2.42; later glibcs have none.
 * What cannot be followed until `deadline` is left out: it is taken for live.
 */
struct inspect_verdict fastbins_find(const struct target *target, const struct deadline *deadline,
                                     struct glibc_heaps *heaps);

#endif

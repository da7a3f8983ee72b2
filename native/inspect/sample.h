/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SAMPLE_H
#define OFFHEAP_SAMPLE_H

#include "walk_all.h"

struct sample_estimate {
    double scale;          /* by which chunks that were walked are to be multiplied: 1 where all were */
    double relative_error; /* of the resident free bytes, half the 95 % interval, as a share; 0 where all were walked */
};

/*
 * Where not every heap was walked: fills the figures of arenas' heaps in proportion to their resident bytes (the ratio
 * estimator: Cochran, Sampling Techniques, 3rd ed., chapter 6). The main arena, of which there is one, is left unread.
 */
struct sample_estimate sample_scale(const struct glibc_heaps *heaps, struct walk_result *walked);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SAMPLE_H
#define OFFHEAP_SAMPLE_H

#include "inspect.h"
#include "walk_all.h"

/*
 * Where not every heap was walked: fills the figures of the others in proportion to their resident bytes (the ratio
 * estimator: Cochran, Sampling Techniques, 3rd ed., chapter 6), and sets result->scale and relative_error.
 */
void sample_scale(const struct glibc_heaps *heaps, struct walk_result *walked, struct inspection *result);

#endif

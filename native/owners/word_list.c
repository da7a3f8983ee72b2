/* SPDX-License-Identifier: MIT */
#include "word_list.h"

#include <stdlib.h>

static int by_value(const void *left, const void *right) {
    const uint64_t *one = left;
    const uint64_t *other = right;
    return (*one > *other) - (*one < *other);
}

size_t words_once(uint64_t *words, size_t count) {
    size_t kept = 0;
    if (count > 0) {
        qsort(words, count, sizeof *words, by_value);
    }
    for (size_t index = 0; index < count; index++) {
        if (kept == 0 || words[index] != words[kept - 1]) {
            words[kept++] = words[index];
        }
    }
    return kept;
}

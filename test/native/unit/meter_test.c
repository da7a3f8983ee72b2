/* SPDX-License-Identifier: MIT */
#include "real_malloc.h"

#include "check.h"

#include <malloc.h>
#include <stdlib.h>

static void check_size(void *block) {
    CHECK(block != NULL);
    size_t usable = malloc_usable_size(block);
    CHECK(real_size(block) == usable);
    CHECK(size_source_now() != size_in_header || glibc_size(block) == usable);
    real.free(block);
}

/* Under a sanitizer malloc is not glibc's, and real_size() has to ask. */
static void test_sizes_are_those_of_malloc_usable_size(void) {
    for (size_t size = 0; size <= 70000; size++) {
        check_size(real.malloc(size));
        check_size(real.memalign((size_t)16 << (size % 9), size));
        check_size(real.realloc(real.malloc(size), size / 3 + 1));
    }
    for (size_t size = 70001; size < (size_t)1 << 28; size = size * 9 / 8 + 1) {
        check_size(real.malloc(size));
        check_size(real.calloc(1, size));
        check_size(real.memalign(8192, size));
    }
}

int main(void) {
    void *kept[1000];
    for (size_t index = 0; index < 1000; index++) {
        kept[index] = real.malloc(index * 131);
        CHECK(real_size(kept[index]) == malloc_usable_size(kept[index]));
    }
    test_sizes_are_those_of_malloc_usable_size();
    for (size_t index = 0; index < 1000; index++) {
        real.free(kept[index]);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "thread_list.h"

#include <stdlib.h>

struct inspect_verdict hotspot_threads(struct hotspot *vm, struct hotspot_thread **list, size_t *count) {
    size_t found = 0;
    *count = 0;
    (void)list;
    free(thread_list_read(vm, &found));
    return inspect_good();
}

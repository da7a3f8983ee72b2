/* SPDX-License-Identifier: MIT */
#include "space_difference.h"

size_t space_difference(const struct hotspot_space *now, size_t now_count, const struct hotspot_space *before,
                        size_t before_count, struct hotspot_space *to) {
    size_t count = 0;
    size_t next = 0;
    for (size_t index = 0; index < now_count; index++) {
        uint64_t from = now[index].bottom;
        uint64_t top = now[index].top;
        while (next < before_count && before[next].top <= from) {
            next++;
        }
        /* The last of these may reach into the next space as well. */
        for (; next < before_count && before[next].bottom < top; next++) {
            if (before[next].made != now[index].made) {
                continue; /* the same addresses, and other objects */
            }
            if (before[next].bottom > from) {
                to[count++] = (struct hotspot_space){from, before[next].bottom, now[index].made};
            }
            from = before[next].top;
            if (from >= top) {
                break;
            }
        }
        if (from < top) {
            to[count++] = (struct hotspot_space){from, top, now[index].made};
        }
    }
    return count;
}

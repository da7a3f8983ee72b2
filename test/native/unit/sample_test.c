/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "sample.h"

#include <string.h>

/* Four heaps of one arena, of which the first `count` were walked: 10 % of resident bytes are free pages, `noise` more.
 */
static struct heap heaps[5];
static struct walked_heap parts[5];
static struct sample_estimate result;

static bool is_main_walked = true;

static void sample(unsigned count, uint64_t noise) {
    struct glibc_heaps all = {.heaps = heaps, .heap_count = 5};
    struct walk_result walked = {.heaps = parts};
    memset(parts, 0, sizeof parts);
    for (unsigned index = 0; index < 5; index++) {
        heaps[index].stretch.kind = index == 4 ? stretch_brk : stretch_arena;
        parts[index].figures.size_bytes = parts[index].figures.rss_bytes = 1000 * (index + 1);
        parts[index].is_walked = index == 4 ? is_main_walked : index < count;
        if (parts[index].is_walked) {
            parts[index].figures.page_bytes = parts[index].figures.rss_bytes / 10 + (index % 2) * noise;
            walked.walked_rss += parts[index].figures.rss_bytes;
        }
    }
    result = sample_scale(&all, &walked);
}

int main(void) {
    sample(4, 0);
    CHECK(result.scale == 1 && result.relative_error == 0);
    sample(2, 0);
    CHECK(parts[2].figures.page_bytes == 300 && parts[3].figures.page_bytes == 400);
    CHECK(parts[2].figures.estimated_rss_bytes == 3000 && parts[1].figures.estimated_rss_bytes == 0);
    CHECK(result.scale == 15.0 / 8 && result.relative_error < 1e-6);
    sample(3, 60);
    /* By hand: ratio 660/6000; residuals −10, 40, −30; variance 2600/2 × (1 − 3/4) / 3; estimate 1600. */
    CHECK(parts[3].figures.page_bytes == 440);
    double half = 1.959964 * 4 * 10.408330;
    CHECK(result.relative_error > half / 1600 * 0.999 && result.relative_error < half / 1600 * 1.001);
    sample(0, 0);
    CHECK(parts[0].figures.unreadable_bytes == 1000 && parts[4].figures.unreadable_bytes == 0 &&
          parts[0].figures.unreadable_rss_bytes == 1000 && parts[0].figures.estimated_rss_bytes == 0 &&
          result.relative_error == 1);
    is_main_walked = false;
    sample(4, 0);
    CHECK(parts[4].figures.unreadable_rss_bytes == 5000 && result.scale == 1 && result.relative_error == 0);
    sample(2, 0);
    CHECK(parts[4].figures.unreadable_rss_bytes == 5000 && parts[4].figures.estimated_rss_bytes == 0);
    CHECK(parts[3].figures.page_bytes == 400 && result.scale == 10.0 / 3);
    return 0;
}

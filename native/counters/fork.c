/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fork.h"

#include "counter_sum.h"
#include "process_level.h"
#include "sys_pages.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

static const struct page_settings *page_settings;

/* What the forking thread found in its page just before. Private memory, so the child has it as it was; the page itself
 * runs on. */
struct fork_sum {
    int64_t cells[counter_cell_count];
};
static THREAD_LOCAL struct fork_sum *fork_sum;

static void sum_page(struct fork_sum *sum) {
    struct counter_page *page = counters_page;
    (void)counter_page_sum_cells(page, atomic_load_explicit(&page->header.slot_limit, memory_order_acquire),
                                 sum->cells);
    /* Peaks live in the process block alone, and so their sum is themselves. */
}

static size_t sum_bytes(void) {
    return pages_round_up(sizeof(struct fork_sum));
}

static void drop_sum(void) {
    if (fork_sum != NULL) {
        (void)pages_unmap(fork_sum, sum_bytes());
        fork_sum = NULL;
    }
}

static void before_fork(void) {
    int saved_errno = errno;
    fork_sum = pages_map(sum_bytes());
    if (fork_sum != NULL) {
        sum_page(fork_sum);
    }
    errno = saved_errno;
}

static void after_fork_in_parent(void) {
    int saved_errno = errno;
    drop_sum();
    errno = saved_errno;
}

static void after_fork_in_child(void) {
    int saved_errno = errno;
    static struct fork_sum late; /* spares the stack: there is one thread */
    struct fork_sum *sum = fork_sum;
    if (sum == NULL) { /* no memory before the fork: what the parent's page says now is at most a little too new */
        sum_page(&late);
        sum = &late;
    }
    thread_slots_forget();
    counting_is_off = !page_unshare();
    if (!counting_is_off) {
        for (unsigned index = 0; index < counter_cell_count; index++) {
            atomic_store_explicit(&counters_page->process.cells[index], sum->cells[index], memory_order_relaxed);
        }
        process_levels_set(sum->cells[counter_live_requested_bytes], sum->cells[counter_live_mapped_bytes],
                           sum->cells[counter_live_usable_bytes]);
        page_share(page_settings);
    }
    drop_sum();
    errno = saved_errno;
}

void fork_start(const struct page_settings *settings) {
    page_settings = settings;
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

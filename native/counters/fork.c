/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fork.h"

#include "counter_sum.h"
#include "process_level.h"
#include "sys_pages.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

CLUSTERED static const struct page_settings *page_settings;

/* What the forking thread found in its page just before. Private memory, so the child has it as it was; the page itself
 * runs on. */
struct fork_sum {
    int64_t cells[counter_cell_count];
};
static THREAD_LOCAL struct fork_sum *fork_sum;

/* For one thread at a time. Who forks meanwhile maps memory for it. */
CLUSTERED static struct fork_sum first_sum;
CLUSTERED static _Atomic bool first_is_taken;

static void sum_page(struct fork_sum *sum) {
    struct counter_page *page = counters_page;
    (void)counter_page_sum_cells(page, atomic_load_explicit(&page->header.slot_limit, memory_order_acquire),
                                 sum->cells);
    /* Peaks live in the process block alone, and so their sum is themselves. */
}

static size_t sum_bytes(void) {
    return pages_round_up(sizeof(struct fork_sum));
}

static void before_fork(void) {
    int saved_errno = errno;
    bool is_free = !atomic_exchange_explicit(&first_is_taken, true, memory_order_acquire);
    fork_sum = is_free ? &first_sum : pages_map(sum_bytes());
    if (fork_sum != NULL) {
        sum_page(fork_sum);
    }
    errno = saved_errno;
}

static void drop_sum(void) {
    int saved_errno = errno;
    if (fork_sum == &first_sum) {
        atomic_store_explicit(&first_is_taken, false, memory_order_release);
    } else if (fork_sum != NULL) {
        (void)pages_unmap(fork_sum, sum_bytes());
    }
    fork_sum = NULL;
    errno = saved_errno;
}

static void after_fork_in_child(void) {
    int saved_errno = errno;
    if (fork_sum != &first_sum) { /* whoever had it is a thread of the parent's */
        atomic_store_explicit(&first_is_taken, false, memory_order_relaxed);
    }
    static struct fork_sum late; /* spares the stack: there is one thread */
    const struct fork_sum *sum = fork_sum;
    if (sum == NULL) { /* no memory before the fork: what the parent's page says now is at most a little too new */
        sum_page(&late);
        sum = &late;
    }
    thread_slots_forget();
    counting_is_off = !page_share_anew(page_settings, sum->cells);
    process_levels_set(sum->cells[counter_live_requested_bytes], sum->cells[counter_live_mapped_bytes],
                       sum->cells[counter_live_usable_bytes]);
    drop_sum();
    errno = saved_errno;
}

typedef void fork_handler(void);

#if defined(__GLIBC__)
/* What glibc's pthread_atfork calls, which is no function of the shared library and, linked for an old one, that of
 * another library. The last argument has it forgotten when a library is closed, which this one is not. */
int __register_atfork(fork_handler *before, fork_handler *in_parent, fork_handler *in_child, void *library);

static void register_handlers(fork_handler *before, fork_handler *in_parent, fork_handler *in_child) {
    (void)__register_atfork(before, in_parent, in_child, NULL);
}
#else
/* musl keeps them in a block of malloc (src/thread/pthread_atfork.c), which is none of the program's. */
static void register_handlers(fork_handler *before, fork_handler *in_parent, fork_handler *in_child) {
    struct counter_slot *slot = thread_counting.slot;
    bool slotless = thread_counting.slotless;
    thread_counting.slot = NULL;
    thread_counting.slotless = true;
    counting_is_off = true;
    (void)pthread_atfork(before, in_parent, in_child);
    counting_is_off = false;
    thread_counting.slotless = slotless;
    thread_counting.slot = slot;
}
#endif

void fork_start(const struct page_settings *settings) {
    if (settings->off) { /* the child goes on counting where nobody reads */
        return;
    }
    page_settings = settings;
    register_handlers(before_fork, drop_sum, after_fork_in_child);
}

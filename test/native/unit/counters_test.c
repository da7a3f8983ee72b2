/* SPDX-License-Identifier: MIT */
#include "counters.h"

#include "check.h"
#include "counter_sum.h"
#include "page_memory.h"
#include "thread_slot.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { generations = IS_SANITIZED ? 500 : 2000, at_once = 3, calls_per_thread = 5, size = 100, mapped = 4096 };

static bool sum(int64_t cells[counter_cell_count]) {
    return counter_page_sum(counters_page, atomic_load(&counters_page->header.slot_limit), cells);
}

static void *count_and_end(void *argument) {
    for (unsigned index = 0; index < calls_per_thread; index++) {
        counters_call(counter_calls_calloc);
        counters_allocated(size, mapped);
    }
    return argument;
}

static _Atomic bool ended;

/* While threads end and begin: a settled sum of a counter never falls, and never has a thread twice. */
static void *watch(void *argument) {
    int64_t cells[counter_cell_count];
    int64_t last = 0;
    while (!atomic_load(&ended)) {
        if (sum(cells)) {
            CHECK(cells[counter_calls_calloc] >= last);
            CHECK(cells[counter_calls_calloc] <= (int64_t)generations * at_once * calls_per_thread);
            last = cells[counter_calls_calloc];
        }
    }
    return argument;
}

static void test_threads_that_end_are_folded_exactly(void) {
    int64_t cells[counter_cell_count];
    const int64_t expected = (int64_t)generations * at_once * calls_per_thread;
    pthread_t watcher;
    CHECK(pthread_create(&watcher, NULL, watch, NULL) == 0);
    for (unsigned generation = 0; generation < generations; generation++) {
        pthread_t threads[at_once];
        for (unsigned index = 0; index < at_once; index++) {
            CHECK(pthread_create(&threads[index], NULL, count_and_end, NULL) == 0);
        }
        for (unsigned index = 0; index < at_once; index++) {
            CHECK(pthread_join(threads[index], NULL) == 0);
        }
    }
    atomic_store(&ended, true);
    CHECK(pthread_join(watcher, NULL) == 0);
    CHECK(sum(cells));
    CHECK(cells[counter_calls_calloc] == expected && cells[counter_calls_malloc] == 0);
    CHECK(cells[counter_calls_free] == 0 && cells[counter_live_allocations] == expected);
    CHECK(cells[counter_live_requested_bytes] == expected * size &&
          cells[counter_live_mapped_bytes] == expected * mapped);
    CHECK(cells[counter_peak_live_requested_bytes] == expected * size);
    CHECK(cells[counter_live_sizes + 7] == expected && cells[counter_total_sizes + 7] == expected);
    /* A slot given back is the next to be taken: there are never more than threads at once. */
    CHECK(atomic_load(&counters_page->header.slot_limit) <= at_once);
}

static void test_a_thread_without_a_slot_counts_into_the_process_block(void) {
    int64_t before[counter_cell_count];
    int64_t after[counter_cell_count];
    CHECK(sum(before));
    struct thread_counting saved = thread_counting;
    thread_counting = (struct thread_counting){.slotless = true};
    counters_released(size, mapped);
    counters_event(counter_map_failures);
    thread_counting = saved;
    CHECK(sum(after));
    CHECK(after[counter_live_allocations] == before[counter_live_allocations] - 1);
    CHECK(after[counter_map_failures] == before[counter_map_failures] + 1);
}

static void test_histogram_bounds(void) {
    int64_t before[counter_cell_count];
    int64_t after[counter_cell_count];
    CHECK(sum(before));
    const size_t sizes[] = {0, 1, 2, 3, 4, ((size_t)1 << 46) - 1, (size_t)1 << 46, (size_t)1 << 50};
    const unsigned buckets[] = {0, 1, 2, 2, 3, 46, 47, 47};
    for (unsigned index = 0; index < 8; index++) {
        counters_allocated(sizes[index], mapped);
        counters_released(sizes[index], mapped);
        CHECK(sum(after));
        CHECK(after[counter_total_sizes + buckets[index]] == before[counter_total_sizes + buckets[index]] + 1);
        CHECK(after[counter_live_sizes + buckets[index]] == before[counter_live_sizes + buckets[index]]);
        CHECK(sum(before));
    }
}

static void test_a_child_has_the_parents_values_and_its_own_page(void) {
    int64_t before[counter_cell_count];
    int64_t after[counter_cell_count];
    CHECK(sum(before));
    pid_t child = fork();
    if (child == 0) {
        counters_allocated(size, mapped);
        CHECK(sum(after) && counters_page->header.pid == getpid());
        CHECK(after[counter_live_allocations] == before[counter_live_allocations] + 1);
        _exit(0);
    }
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(sum(after) && counters_page->header.pid == getpid());
    for (unsigned index = 0; index < counter_cell_count; index++) {
        CHECK(after[index] == before[index]);
    }
}

int main(void) {
    counters_start("test", false, NULL);
    CHECK(atomic_load(&counters_page->header.ready) == 1);
    test_threads_that_end_are_folded_exactly();
    test_a_thread_without_a_slot_counts_into_the_process_block();
    test_histogram_bounds();
    test_a_child_has_the_parents_values_and_its_own_page();
    return 0;
}

/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "thread_slot.h"

#include "next_function.h"
#include "page_storage.h"
#include "process_level.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where libc keeps a thread's id; 0: not known, and the kernel is asked. */
CLUSTERED static uint32_t tid_offset;
/* The process's at its start: threads begin with the name of the one that creates them. */
CLUSTERED static counter_word first_name[2];

CLUSTERED static pthread_key_t slot_key;
CLUSTERED static _Atomic bool slot_key_exists;
/* Threads that are giving the key a value just now. */
CLUSTERED static _Atomic uint32_t slot_key_users;

/*
 * Low half: no slot below this index is free. High half: how many slots were given back, so that a thread which has
 * searched while one was given back sees that it must not raise the index past it. Only in the instant between a slot's
 * being free and this word's saying so is it too high; a search from 0 comes before a thread goes without a slot.
 */
CLUSTERED static counter_word lowest_free;

static void lower_lowest_free(uint32_t index) {
    uint64_t known = atomic_load_explicit(&lowest_free, memory_order_relaxed);
    uint64_t wanted;
    do {
        uint64_t lowest = (uint32_t)known < index ? (uint32_t)known : index;
        wanted = (((known >> 32) + 1) << 32) | lowest;
    } while (!atomic_compare_exchange_weak_explicit(&lowest_free, &known, wanted, memory_order_release,
                                                    memory_order_relaxed));
}

/*
 * Adds an ended thread's values to the process block and empties its slot. Between folds_begun and folds_ended a value
 * may be in both or in neither; readers see that and try again.
 */
static void fold(struct counter_slot *slot) {
    struct counter_page *page = counters_page;
    atomic_fetch_add_explicit(&page->header.folds_begun, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    for (unsigned index = 0; index < counter_cell_count; index++) {
        int64_t value = atomic_exchange_explicit(&slot->block.cells[index], 0, memory_order_relaxed);
        if (value != 0) {
            atomic_fetch_add_explicit(&page->process.cells[index], value, memory_order_relaxed);
        }
    }
    atomic_store_explicit(&slot->state, counter_slot_free, memory_order_release);
    atomic_fetch_add_explicit(&page->header.folds_ended, 1, memory_order_release);
    lower_lowest_free((uint32_t)(slot - page->slots));
}

/* Destructor of slot_key. Destructors that run later, and libc's own last calls of free, count into the process block.
 */
static void on_thread_end(void *value) {
    struct counter_slot *slot = value;
    if (thread_counting.slot != slot) {
        return;
    }
    thread_counting.slotless = true;
    thread_counting.slot = NULL;
    process_usable_publish(slot);
    thread_counting.untold_usable = untold_nothing;
    atomic_store_explicit(&thread_counting.told_usable, 0, memory_order_relaxed);
    fold(slot);
}

static bool try_claim(struct counter_slot *slot) {
    uint32_t expected = counter_slot_free;
    return atomic_load_explicit(&slot->state, memory_order_relaxed) == counter_slot_free &&
           atomic_compare_exchange_strong_explicit(&slot->state, &expected, counter_slot_used, memory_order_acquire,
                                                   memory_order_relaxed);
}

/* pre: `known` is what lowest_free was, `from` its index or 0 */
static struct counter_slot *claim_between(uint64_t known, uint32_t from, uint32_t to) {
    struct counter_page *page = counters_page;
    for (uint32_t index = from; index < to; index++) {
        if (!page_has_slots(index + 1)) {
            return NULL;
        }
        if (!try_claim(&page->slots[index])) {
            continue;
        }
        uint64_t raised = (known & ~(uint64_t)UINT32_MAX) | (index + 1);
        (void)atomic_compare_exchange_strong_explicit(&lowest_free, &known, raised, memory_order_relaxed,
                                                      memory_order_relaxed);
        uint32_t limit = atomic_load_explicit(&page->header.slot_limit, memory_order_relaxed);
        while (limit <= index && !atomic_compare_exchange_weak_explicit(&page->header.slot_limit, &limit, index + 1,
                                                                        memory_order_release, memory_order_relaxed)) {
        }
        return &page->slots[index];
    }
    return NULL;
}

static uint32_t tid_at(uint32_t offset) {
    uint32_t tid;
    memcpy(&tid, (const char *)pthread_self() + offset, sizeof tid);
    return tid;
}

/* No system call: a filter that was installed meanwhile may end the process for it. */
static uint32_t own_tid(void) {
    return tid_offset != 0 ? tid_at(tid_offset) : (uint32_t)syscall(SYS_gettid);
}

/* Where it is in glibc 2.36 (struct pthread, nptl/descr.h): a look there is cheaper than a lookup. And in musl 1.2
 * (src/internal/pthread_impl.h). */
#if defined(__GLIBC__)
enum { usual_tid_offset_x64 = 720, usual_tid_offset_arm64 = 208 };
#else
enum { usual_tid_offset_x64 = 48, usual_tid_offset_arm64 = 32 };
#endif
#if defined(__x86_64__)
enum { usual_tid_offset = usual_tid_offset_x64 };
#else
enum { usual_tid_offset = usual_tid_offset_arm64 };
#endif

static void find_tid_offset(void) {
    if (tid_at(usual_tid_offset) == (uint32_t)syscall(SYS_gettid)) {
        tid_offset = usual_tid_offset;
        return;
    }
#if defined(__GLIBC__)
    /* By what glibc's debugging library goes by (nptl_db): bits, number and offset of the field. */
    const uint32_t *field = dlvsym(RTLD_DEFAULT, "_thread_db_pthread_tid", "GLIBC_PRIVATE");
    if (field == NULL) {
        clear_dlerror();
    } else if (field[0] == 32 && field[1] == 1 && field[2] < 2048 &&
               tid_at(field[2]) == (uint32_t)syscall(SYS_gettid)) {
        tid_offset = field[2];
    }
#endif
}

/* Threads that were created and have no slot yet. Too many rather than too few: a thread may end without one. */
CLUSTERED static _Atomic uint32_t threads_to_come;

void thread_slots_expect_one(void) {
    if (counting_is_off) {
        return;
    }
    /* A creator that has none yet would claim one within pthread_create(3), and be taken for the thread that comes. */
    (void)thread_slot();
    int saved_errno = errno;
    uint32_t to_come = atomic_fetch_add_explicit(&threads_to_come, 1, memory_order_relaxed) + 1;
    uint32_t slots = atomic_load_explicit(&counters_page->header.slot_limit, memory_order_relaxed) + to_come;
    page_store_slots(slots < counter_slot_count ? slots : counter_slot_count);
    errno = saved_errno;
}

void thread_slots_expect_one_less(void) {
    uint32_t to_come = atomic_load_explicit(&threads_to_come, memory_order_relaxed);
    while (to_come > 0 && !atomic_compare_exchange_weak_explicit(&threads_to_come, &to_come, to_come - 1,
                                                                 memory_order_relaxed, memory_order_relaxed)) {
    }
}

static void copy_name(struct counter_slot *slot, const counter_word from[2]) {
    for (unsigned word = 0; word < 2; word++) {
        atomic_store_explicit(&slot->name[word], atomic_load_explicit(&from[word], memory_order_relaxed),
                              memory_order_relaxed);
    }
}

/* May call malloc (keys of high numbers): the slot is in place by now. */
static void give_back_at_end(struct counter_slot *slot) {
    atomic_fetch_add(&slot_key_users, 1);
    if (atomic_load(&slot_key_exists)) {
        (void)pthread_setspecific(slot_key, slot);
    }
    atomic_fetch_sub(&slot_key_users, 1);
}

bool thread_slots_give_key_up(void) {
    enum { looks = 1000000 }; /* whoever gives it a value is done in a microsecond, if he is not stopped */
    if (!atomic_exchange(&slot_key_exists, false)) {
        return false;
    }
    for (unsigned look = 0; look < looks; look++) {
        if (atomic_load(&slot_key_users) == 0) {
            return pthread_key_delete(slot_key) == 0;
        }
    }
    return false;
}

void thread_slots_start(void) {
    uint64_t name[2] = {0, 0};
    (void)prctl(PR_GET_NAME, (unsigned long)(uintptr_t)name, 0, 0, 0);
    atomic_store_explicit(&first_name[0], name[0], memory_order_relaxed);
    atomic_store_explicit(&first_name[1], name[1], memory_order_relaxed);
    find_tid_offset();
    atomic_store(&slot_key_exists, pthread_key_create(&slot_key, on_thread_end) == 0);
    if (thread_counting.slot != NULL) {
        copy_name(thread_counting.slot, first_name);
        give_back_at_end(thread_counting.slot);
    }
}

struct counter_slot *thread_slot_claim(void) {
    int saved_errno = errno;
    uint64_t known = atomic_load_explicit(&lowest_free, memory_order_acquire);
    uint32_t lowest = (uint32_t)known;
    struct counter_slot *slot = counting_is_off ? NULL : claim_between(known, lowest, counter_slot_count);
    if (slot == NULL && !counting_is_off) {
        slot = claim_between(known, 0, lowest);
    }
    if (thread_counting.slot != NULL) { /* a signal handler claimed one meanwhile */
        if (slot != NULL) {
            fold(slot);
        }
        return thread_counting.slot;
    }
    thread_counting.slot = slot;
    thread_counting.slotless = slot == NULL;
    thread_slots_expect_one_less();
    if (slot != NULL) {
        atomic_store_explicit(&slot->tid, own_tid(), memory_order_relaxed);
        copy_name(slot, first_name);
        give_back_at_end(slot);
    }
    errno = saved_errno;
    return slot;
}

void thread_slot_name(const char *name) {
    struct counter_slot *slot = thread_slot();
    if (slot == NULL) {
        return;
    }
    char bytes[sizeof slot->name] = {0};
    counter_word words[2];
    (void)strncpy(bytes, name, sizeof bytes - 1);
    memcpy(words, bytes, sizeof bytes);
    copy_name(slot, words);
}

void thread_slots_forget(void) {
    thread_counting.slot = NULL;
    thread_counting.slotless = false;
    thread_counting.untold_usable = untold_nothing;
    atomic_store_explicit(&thread_counting.told_usable, 0, memory_order_relaxed);
    atomic_store_explicit(&lowest_free, 0, memory_order_relaxed);
    atomic_store_explicit(&threads_to_come, 0, memory_order_relaxed);
    /* The key keeps its value, which on_thread_end() passes over: it is not thread_counting.slot. */
}

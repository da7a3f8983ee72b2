/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    first_with_canary = 17,      /* the JDK of which NMT's headers have one */
    descriptor_bytes = 16 << 10, /* glibc's of a thread, and its thread-local variables */
    native_name_bytes = 64,      /* NamedThread::max_name_len */
};

static int by_tid(const void *left, const void *right) {
    const struct hotspot_thread *one = left;
    const struct hotspot_thread *other = right;
    return (one->tid > other->tid) - (one->tid < other->tid);
}

/* NULL: the JVM has none, or does not tell. */
const struct hotspot_thread *look_jvm_thread(const struct look *look, pid_t tid) {
    const struct hotspot_thread key = {.tid = tid};
    return look->jvm_thread_count == 0
               ? NULL
               : bsearch(&key, look->jvm_threads, look->jvm_thread_count, sizeof *look->jvm_threads, by_tid);
}

/* A thread's own structure in the JVM. */
static bool add_structure(struct look *look, uint32_t stack) {
    const struct hotspot_thread *thread = look_jvm_thread(look, look->stacks.list[stack].tid);
    uint32_t block = thread == NULL ? no_block : block_table_at(&look->table, thread->address);
    if (block == no_block) {
        return true;
    }
    uint32_t owner = look_first_thread(look) + stack;
    look->structures.list[look->structures.count++] = (struct root){owner, block};
    return thread_arenas_of_structure(&look->arenas, block, owner);
}

/* By its header it is the JVM's: what Java's code has asked for is of category "Other". */
bool look_is_of_jvm(const struct look *look, uint32_t block) {
    nmt_mark tracked = look->marks.tracked == NULL ? 0 : look->marks.tracked[block];
    return tracked != 0 && (unsigned)(tracked - 1) != nmt_other(hotspot_version(look->vm));
}

/* It is not Java's, whoever has its address: ld.so's, or the JVM's. */
static bool is_of_process(const struct look *look, uint32_t block) {
    return look->marks.marks[block] == mark_link_map || look_is_of_jvm(look, block);
}

/* Threads' own structures in the JVM, and their arenas. */
static bool find_structures(struct look *look) {
    look->structures.list = malloc((look->stacks.count + 1) * sizeof *look->structures.list);
    bool is_good = look->structures.list != NULL &&
                   thread_arenas_open(&look->target, &look->table, &look->marks, &look->claims, &look->arenas);
    for (uint32_t stack = 0; is_good && stack < look->stacks.count; stack++) {
        is_good = add_structure(look, stack);
    }
    for (uint32_t stack = 0; is_good && stack < look->stacks.known; stack++) {
        is_good =
            thread_arenas_of_stack(&look->arenas, &look->stacks.list[stack].used, look_first_thread(look) + stack);
    }
    return is_good;
}

static void hold_back_threads(struct look *look) {
    for (size_t index = 0; index < look->jvm_thread_count; index++) {
        uint32_t block = block_table_at(&look->table, look->jvm_threads[index].address);
        if (block != no_block) {
            claims_hold_back(&look->claims, block);
        }
    }
    for (size_t index = 0; index < look->arenas.held.count; index++) {
        claims_hold_back(&look->claims, look->arenas.held.list[index].block);
    }
}

/*
 * Blocks that are a thread's own structure in the JVM are that thread's: through them all of the JVM would be. So are
 * its arenas. What dlopen() gave out is ld.so's.
 */
void look_hold_back(struct look *look) {
    hold_back_threads(look);
    for (uint32_t block = 0; block < look->marks.count; block++) {
        if (is_of_process(look, block)) {
            claims_hold_back(&look->claims, block);
        }
    }
}

/* Of all that is held back; what is a thread's stays so when `but_threads`. */
void look_let_go(struct look *look, bool but_threads) {
    for (uint32_t block = 0; block < look->marks.count; block++) {
        claims_let_go(&look->claims, block);
    }
    if (but_threads) {
        hold_back_threads(look);
    }
}

/* Native Memory Tracking puts a header before the JVM's blocks, of which each thread's structure is one. */
static bool tracks_memory(const struct look *look) {
    for (size_t index = 0; index < look->jvm_thread_count; index++) {
        uint64_t address = look->jvm_threads[index].address;
        uint32_t block = block_table_at(&look->table, address);
        if (block != no_block) {
            return hotspot_version(look->vm) >= first_with_canary &&
                   address == block_start(&look->table, block) + nmt_header_bytes;
        }
    }
    return false;
}

/*
 * /proc tells the name of a living process's thread. In a core file the JVM's structure of the thread has it, whose
 * address glibc keeps in its descriptor of the thread, at the end of the stack (start_routine and arg, nptl/descr.h).
 * False: there is no such structure.
 */
static bool read_name(struct look *look, const struct thread_stack *stack, uint64_t *words, char *name) {
    uint64_t used = stack->used.end - stack->used.start;
    uint64_t bytes = used < descriptor_bytes ? used & ~UINT64_C(7) : (uint64_t)descriptor_bytes;
    if (bytes == 0 || !target_read_sparse(&look->target, stack->used.end - bytes, words, (size_t)bytes)) {
        return false;
    }
    for (size_t index = 0; index < bytes / sizeof *words; index++) {
        bool may_be = words[index] % sizeof *words == 0 && proc_maps_is_writable(&look->target.maps, words[index]);
        if (may_be && hotspot_is_thread(look->vm, words[index], stack->tid, name, native_name_bytes)) {
            return true;
        }
    }
    return false;
}

static void set_name(struct thread_stack *stack, const char *name) {
    (void)snprintf(stack->name, sizeof stack->name, "%.*s", (int)sizeof stack->name - 1, name);
}

/*
 * The JVM's own threads, of a core file. One of them has no name in its structure: WatcherThread
 * (runtime/nonJavaThread.hpp). With JFR's sampler or an asynchronous log there are others, and which is which is not
 * told.
 */
static void name_native_threads(struct look *look) {
    uint64_t *words = look->target.memory.core == NULL ? NULL : malloc(descriptor_bytes);
    struct thread_stack *nameless = NULL;
    size_t nameless_count = 0;
    for (size_t index = 0; words != NULL && index < look->stacks.known; index++) {
        struct thread_stack *stack = &look->stacks.list[index];
        char name[native_name_bytes];
        if (deadline_is_over_at(look->target.deadline, index)) {
            break;
        }
        if (look_jvm_thread(look, stack->tid) != NULL || !read_name(look, stack, words, name)) {
            continue;
        }
        if (name[0] != '\0') {
            set_name(stack, name);
        } else {
            nameless = stack;
            nameless_count++;
        }
    }
    if (nameless_count == 1) {
        set_name(nameless, "VM Periodic Task Thread");
    }
    free(words);
}

struct inspect_verdict look_list_jvm_threads(struct look *look) {
    struct inspect_verdict verdict = hotspot_threads(look->vm, &look->jvm_threads, &look->jvm_thread_count);
    if (look->jvm_thread_count > 0) {
        qsort(look->jvm_threads, look->jvm_thread_count, sizeof *look->jvm_threads, by_tid);
    }
    name_native_threads(look);
    return verdict;
}

struct inspect_verdict look_read_marks(struct look *look) {
    struct inspect_verdict verdict = look_list_jvm_threads(look);
    if (verdict.status == inspect_ok) {
        verdict = block_marks_find(&look->target, &look->table, tracks_memory(look), &look->marks);
    }
    if (verdict.status == inspect_ok && !block_marks_trim(&look->marks, &look->graph)) {
        verdict = look_no_memory();
    }
    if (verdict.status == inspect_ok) {
        hold_back_threads(look);
    }
    return verdict.status == inspect_ok && !find_structures(look) ? look_no_memory() : verdict;
}

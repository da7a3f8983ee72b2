/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "quick.h"
#include "real_operators.h"
#include "symbol_table.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * C++'s operators new and delete, by their mangled names and so without a C++ library. jemalloc, tcmalloc and mimalloc
 * bring their own, which never come through malloc: these are counted here. Where the allocator has none, libstdc++'s
 * or a program's serve, which come through malloc and are counted there: then ours are taken back (symbol_table.h), and
 * who was linked to them before is passed on. Exceptions and new-handlers pass through: nothing here has to be undone
 * when a call does not return.
 */

#define DECLARE_NEW(name, parameters, arguments, call) EXPORT void *name parameters;
#define DECLARE_DELETE(name, parameters, arguments)    EXPORT void name parameters;
OPERATORS_NEW(DECLARE_NEW)
OPERATORS_DELETE(DECLARE_DELETE)

static inline void *count_operator_new(void *block, size_t size, enum counter_index call, enum counter_index failure) {
    struct counter_slot *slot = thread_counting.slot;
    if (likely(block != NULL && slot != NULL && call == counter_calls_malloc && operator_call.came != block)) {
        size_t units = page_sizes_of_new(block, size);
        if (likely(units != 0)) {
            operator_call.came = block;
            return count_quick_new(slot, block, size, units * page_sizes_unit, page_sizes_bucket[units]);
        }
    }
    return block != NULL && operator_call.came == block ? block : count_new(call, failure, block, size);
}

static inline void count_operator_delete(void *block) {
    struct counter_slot *slot = thread_counting.slot;
    size_t units = likely(block != NULL && slot != NULL) ? page_sizes_of_live(block) : 0;
    if (unlikely(units == 0)) {
        count_going(counter_calls_free, block);
    } else if (count_quick_gone(slot, units * page_sizes_unit, page_sizes_bucket[units])) {
        process_usable_publish(slot);
    }
}

/* Of a library that was linked before ours were taken back. */
static COLD void *find_next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        real_is_missing(name);
    }
    return function;
}

#define SERVE(name)                                                                                                    \
    if (unlikely(real_operators.name.serve == NULL)) {                                                                 \
        void *function = find_next(#name);                                                                             \
        memcpy(&real_operators.name.serve, &function, sizeof function);                                                \
    }

#define DEFINE_NEW(name, parameters, arguments, call)                                                                  \
    EXPORT void *name parameters {                                                                                     \
        if (likely(real_operators.name.is_own)) {                                                                      \
            operator_call.came = NULL;                                                                                 \
            return count_operator_new(real_operators.name.serve arguments, size, counter_calls_##call,                 \
                                      counter_failures_##call);                                                        \
        }                                                                                                              \
        SERVE(name)                                                                                                    \
        return real_operators.name.serve arguments;                                                                    \
    }
OPERATORS_NEW(DEFINE_NEW)

/* What was found as `going` is put back: an operator that calls another has it, and so has who is interrupted by a
 * signal whose handler deletes. */
#define DEFINE_DELETE(name, parameters, arguments)                                                                     \
    EXPORT void name parameters {                                                                                      \
        if (likely(real_operators.name.is_own)) {                                                                      \
            void *outer = operator_call.going;                                                                         \
            if (likely(outer != block || block == NULL)) {                                                             \
                count_operator_delete(block);                                                                          \
            }                                                                                                          \
            operator_call.going = block;                                                                               \
            real_operators.name.serve arguments;                                                                       \
            operator_call.going = outer;                                                                               \
            return;                                                                                                    \
        }                                                                                                              \
        SERVE(name)                                                                                                    \
        real_operators.name.serve arguments;                                                                           \
    }
OPERATORS_DELETE(DEFINE_DELETE)

static void take_back_others(void) {
    static struct symbol_target others[20];
    size_t count = 0;
#define OTHER(operator, ...)                                                                                           \
    if (!real_operators.operator.is_own) {                                                                             \
        others[count++] = (struct symbol_target){#operator, NULL};                                                     \
    }
    OPERATORS_NEW(OTHER)
    OPERATORS_DELETE(OTHER)
#undef OTHER
    symbol_table_retarget(others, others, count); /* in the object that has `others`: this one */
}

__attribute__((constructor)) static void start(void) {
    (void)real_malloc_start();
    take_back_others();
}

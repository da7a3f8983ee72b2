/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_REAL_OPERATORS_H
#define OFFHEAP_REAL_OPERATORS_H

/* C++'s operators new and delete behind the meter, by their mangled names. */

#include "compiler.h"
#include "loaded.h"

#include <stdbool.h>
#include <stddef.h>

#if !defined(__LP64__)
#error "here size_t is mangled as unsigned long"
#endif

/* Name, parameters, arguments, and what it counts as: libstdc++ makes that call of it. */
#define OPERATORS_NEW(X)                                                                                               \
    X(_Znwm, (size_t size), (size), malloc)                                                                            \
    X(_Znam, (size_t size), (size), malloc)                                                                            \
    X(_ZnwmRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow), malloc)                                \
    X(_ZnamRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow), malloc)                                \
    X(_ZnwmSt11align_val_t, (size_t size, size_t alignment), (size, alignment), aligned_alloc)                         \
    X(_ZnamSt11align_val_t, (size_t size, size_t alignment), (size, alignment), aligned_alloc)                         \
    X(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const void *nothrow),                        \
      (size, alignment, nothrow), aligned_alloc)                                                                       \
    X(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const void *nothrow),                        \
      (size, alignment, nothrow), aligned_alloc)

#define OPERATORS_DELETE(X)                                                                                            \
    X(_ZdlPv, (void *block), (block))                                                                                  \
    X(_ZdaPv, (void *block), (block))                                                                                  \
    X(_ZdlPvm, (void *block, size_t size), (block, size))                                                              \
    X(_ZdaPvm, (void *block, size_t size), (block, size))                                                              \
    X(_ZdlPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))                                      \
    X(_ZdaPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))                                      \
    X(_ZdlPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))                                      \
    X(_ZdaPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))                                      \
    X(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t alignment), (block, size, alignment))                  \
    X(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t alignment), (block, size, alignment))                  \
    X(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t alignment, const void *nothrow),                       \
      (block, alignment, nothrow))                                                                                     \
    X(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void *block, size_t alignment, const void *nothrow),                       \
      (block, alignment, nothrow))

/* The next definition, NULL until it is looked up, and whether it is of the object that serves malloc. */
struct real_operators {
#define OPERATOR_NEW(name, parameters, arguments, call)                                                                \
    struct {                                                                                                           \
        void *(*serve)parameters;                                                                                      \
        bool is_own;                                                                                                   \
    } name;
#define OPERATOR_DELETE(name, parameters, arguments)                                                                   \
    struct {                                                                                                           \
        void(*serve) parameters;                                                                                       \
        bool is_own;                                                                                                   \
    } name;
    OPERATORS_NEW(OPERATOR_NEW)
    OPERATORS_DELETE(OPERATOR_DELETE)
#undef OPERATOR_NEW
#undef OPERATOR_DELETE
};
extern HIDDEN struct real_operators real_operators;

/* Looks all up, for an allocator that is not glibc's: glibc has none. dlsym() may allocate meanwhile. */
void real_operators_look_up(struct loaded_object allocator);

#endif

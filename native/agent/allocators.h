/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_AGENT_ALLOCATORS_H
#define OFFHEAP_AGENT_ALLOCATORS_H

/* The allocators in this process, by the public functions that they are known by. */

#include "reply.h"
#include "request.h"

enum { calls_most = 4, allocators_most = 8 };

/* Addresses of the functions that an allocator's kind names, in that order; NULL: it has none. */
struct allocator_calls {
    void *functions[calls_most];
};

struct allocator_kind {
    const char *name;                  /* as src/allocators/registry.ts has it */
    const char *functions[calls_most]; /* the first one tells the allocator */
    /* Writes what it says of itself. */
    void (*ask)(const struct allocator_calls *calls, struct reply *reply);
    /* Gives back what is idle. NULL: it cannot. False: it refused. */
    bool (*purge)(const struct allocator_calls *calls);
    /* Takes a setting at run time. NULL: it cannot. False: it refused. */
    bool (*set)(const struct allocator_calls *calls, enum setting_name name, int value);
};

extern const struct allocator_kind jemalloc_kind;
extern const struct allocator_kind prefixed_jemalloc_kind; /* je_mallctl: as libraries link it into themselves */
extern const struct allocator_kind tcmalloc_kind;
extern const struct allocator_kind mimalloc_kind;
extern const struct allocator_kind glibc_kind;

struct served {
    const struct allocator_kind *kind;
    struct allocator_calls calls;
    const char *object; /* the file that has it; empty: the program */
    bool serves;        /* the process's malloc is its */
    bool is_global;     /* all of the process can call it by name */
};

struct found_allocators {
    struct served list[allocators_most];
    size_t count;
};

/* Each that can be found, the one that serves malloc first. */
void find_allocators(struct found_allocators *found);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LOADED_H
#define OFFHEAP_LOADED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which loaded object an address belongs to. dladdr() tells it as well, but reads the object's whole symbol table for
 * the nearest name each time: of libc, some 40 microseconds at the start of every process.
 */
struct loaded_object {
    uintptr_t from;
    uintptr_t to; /* both 0: none */
};

/* The object that has `address` in one of its segments. */
struct loaded_object loaded_object_of(const void *address);

/* The executable. */
struct loaded_object loaded_program(void);

static inline bool loaded_has(struct loaded_object object, const void *address) {
    return (uintptr_t)address - object.from < object.to - object.from;
}

#endif

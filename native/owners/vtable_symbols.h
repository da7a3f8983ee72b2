/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VTABLE_SYMBOLS_H
#define OFFHEAP_VTABLE_SYMBOLS_H

/*
 * Symbols of an ELF file that cover given places in it and are tables of virtual functions: _ZTV and the class's
 * mangled name (Itanium C++ ABI, 5.1.4). From .dynsym and .symtab, by pread: the file may be anything, and may be cut
 * or written meanwhile.
 */

#include "../inspect/deadline.h"

#include <stddef.h>
#include <stdint.h>

/* Of a mangled name with its end; the longest of LLVM's, Node's and the JVM's have some 320. */
enum { vtable_name_bytes = 1024 };

struct vtable_place {
    uint64_t file_offset;
    uint64_t address; /* as the file has it; filled here */
    uint32_t index;   /* the caller's */
    bool is_named;    /* likewise */
};

/* A place's symbol: the first that was found for it, cut where it is too long. False: that is enough. */
typedef bool take_vtable(void *to, uint32_t index, const char *symbol);

/* Puts the places in another order. Stops when the deadline is over. */
void vtable_symbols_find(int descriptor, const struct deadline *deadline, struct vtable_place *places, size_t count,
                         take_vtable *take, void *to);

#endif

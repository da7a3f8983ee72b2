/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BUILD_ID_H
#define OFFHEAP_BUILD_ID_H

/* Which build an ELF file is, by what it begins with: the note NT_GNU_BUILD_ID (elf(5)), which linkers put there. */

#include <stdbool.h>
#include <stddef.h>

enum { build_id_most = 64 };

/* Its bytes, at most build_id_most; 0: no ELF file of 64 bits, or its beginning has none. `head` may be anything. */
size_t build_id_find(const unsigned char *head, size_t bytes, unsigned char *id);

/* Whether two beginnings are of one build: by their build ids, else by all of their bytes. */
bool build_id_is_same(const unsigned char *one, const unsigned char *other, size_t bytes);

#endif

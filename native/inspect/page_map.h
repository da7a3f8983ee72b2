/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_MAP_H
#define OFFHEAP_PAGE_MAP_H

/*
 * Which pages of a process are in memory, without touching one. PAGEMAP_SCAN (Linux 6.7,
 * Documentation/admin-guide/mm/pagemap.rst) where the kernel has it, else one word a page of /proc/PID/pagemap. A page
 * that is swapped out, or mapped to the shared page of zeros where the kernel says so, counts as absent: the first
 * would be swapped in by reading it, neither is in RSS. Of a core file: as core_file_visit() has it.
 */

#include "deadline.h"
#include "page_size.h"

#include <stddef.h>
#include <sys/types.h>

struct core_file;

struct page_map {
    int descriptor;
    const struct core_file *core; /* NULL: the process lives */
    bool has_scan; /* PAGEMAP_SCAN; it passes over what is not mapped in at the cost of its page tables */
    const struct deadline *deadline; /* NULL: none */
};

/* Pages that one struct page_bits may be of: 1 TiB of 4 KiB pages, 32 MiB of bits. */
static const uint64_t page_bits_limit = UINT64_C(1) << 28;

/* Presence of the pages of [start, end), one bit each. */
struct page_bits {
    uint64_t start; /* page-aligned */
    uint64_t end;
    uint64_t *words;
    size_t capacity; /* of words */
};

struct inspect_verdict page_map_open(pid_t pid, struct page_map *map);
void page_map_of_core(const struct core_file *core, struct page_map *map);
void page_map_close(struct page_map *map);

/*
 * Fills bits for [start, end); grows bits->words when it must. Whatever the verdict, bits are of what was asked for or
 * of nothing.
 */
struct inspect_verdict page_map_load(const struct page_map *map, uint64_t start, uint64_t end, struct page_bits *bits);
/* Bytes of [start, end) that are present; both are page-aligned. */
struct inspect_verdict page_map_count(const struct page_map *map, uint64_t start, uint64_t end, uint64_t *bytes);
/* The first present page of [start, end), which are page-aligned; `end` when there is none. */
struct inspect_verdict page_map_next(const struct page_map *map, uint64_t start, uint64_t end, uint64_t *page);
void page_bits_free(struct page_bits *bits);

/* Addresses outside of the range are absent. */
bool page_bits_has(const struct page_bits *bits, uint64_t address);

/* First present page at or after the address's page, as its address or the address itself; `end` when there is none. */
uint64_t page_bits_next(const struct page_bits *bits, uint64_t address);

/* Bytes from the address to the first absent page, at most `bytes`. pre: the address is present */
size_t page_bits_run(const struct page_bits *bits, uint64_t address, size_t bytes);

/* Present bytes of [from, to), which need not be page-aligned. */
uint64_t page_bits_present(const struct page_bits *bits, uint64_t from, uint64_t to);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_FIELDS_H
#define OFFHEAP_COUNTER_FIELDS_H

#include "entry_points.h"

/*
 * Every counter, once: X(kind, name, width, unit, writer, doc). Layout of the page, sums, names in JavaScript and docs
 * come from this list. Any change of a kind, name, width or unit is a new counter_page_version.
 *
 *   counter  only grows; the process's value is the sum over its blocks (threads, and the process block)
 *   level    goes up and down; one thread's share may be negative (it freed what others allocated), the sum is the
 *            process's live value
 *   peak     highest value the level of the same name ever had, exact across threads where its text says nothing else;
 *            kept in the process block only
 *
 * width is the number of cells: 1, or the buckets of a histogram. Requested bytes are those the caller asked for;
 * mapped bytes are whole pages, usable bytes are what malloc_usable_size says. What is not stored because it follows:
 * rounding waste = live_mapped_bytes - live_requested_bytes.
 *
 * writer is the library that has it: any, mmapalloc or meter. mmapalloc knows nothing of usable bytes, and the meter,
 * which stands in front of allocators that it knows nothing of, only has usable bytes of live blocks. Cells that a
 * writer does not have stay 0, and a reader leaves them out.
 */
#define counter_histogram_buckets 48

/* clang-format off */
#define OFFHEAP_CALL_FIELD(name, type, parameters, arguments) \
    OFFHEAP_FIELD(counter, calls_##name, 1, calls, any, "Calls of " #name ", failed ones and those with NULL included.")
#define OFFHEAP_FAILURE_FIELD(name, type, parameters, arguments) \
    OFFHEAP_FIELD(counter, failures_##name, 1, calls, any, "Calls of " #name " that gave no memory: none to be had, or a wrong argument.")

/* Expands OFFHEAP_FIELD, which the includer defines first and undefines afterwards. */
#define OFFHEAP_COUNTER_FIELDS \
    OFFHEAP_ENTRY_POINTS(OFFHEAP_CALL_FIELD) \
    OFFHEAP_ALLOCATING_ENTRY_POINTS(OFFHEAP_FAILURE_FIELD) \
    OFFHEAP_FIELD(counter, map_failures, 1, calls, mmapalloc, \
        "Times there were no pages for a block, new or growing: memory, address space or vm.max_map_count.") \
    OFFHEAP_FIELD(counter, unmap_failures, 1, calls, mmapalloc, \
        "Times the kernel refused to unmap (vm.max_map_count): the pages were given back, their addresses were not.") \
    OFFHEAP_FIELD(level, live_allocations, 1, blocks, any, "Blocks allocated and not freed.") \
    OFFHEAP_FIELD(level, live_requested_bytes, 1, bytes, mmapalloc, "Bytes the live blocks were asked for.") \
    OFFHEAP_FIELD(peak, peak_live_requested_bytes, 1, bytes, mmapalloc, "Highest live_requested_bytes so far.") \
    OFFHEAP_FIELD(level, live_mapped_bytes, 1, bytes, mmapalloc, "Bytes of the pages that hold the live blocks, resident or not.") \
    OFFHEAP_FIELD(peak, peak_live_mapped_bytes, 1, bytes, mmapalloc, "Highest live_mapped_bytes so far.") \
    OFFHEAP_FIELD(level, live_usable_bytes, 1, bytes, meter, "Usable bytes of the live blocks: what malloc_usable_size says.") \
    OFFHEAP_FIELD(peak, peak_live_usable_bytes, 1, bytes, meter, \
        "Highest live_usable_bytes so far, within 64 KiB for each thread that lived at the time.") \
    OFFHEAP_FIELD(counter, total_requested_bytes, 1, bytes, any, \
        "Bytes asked for by every call that succeeded; a realloc counts with its whole new size.") \
    OFFHEAP_FIELD(counter, total_mapped_pages, 1, pages, mmapalloc, \
        "Pages taken from the kernel for blocks; a block that grows counts with the pages added.") \
    OFFHEAP_FIELD(level, live_sizes, counter_histogram_buckets, blocks, any, \
        "Live blocks by bit width of the requested size (meter: usable size): bucket 0 is size 0, bucket k is 2^(k-1) to 2^k - 1, the last has all above.") \
    OFFHEAP_FIELD(counter, total_sizes, counter_histogram_buckets, blocks, any, \
        "Blocks ever allocated, by bit width of the size, as in live_sizes; each successful realloc is one more.")
/* clang-format on */

#endif

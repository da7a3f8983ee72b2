/* SPDX-License-Identifier: MIT */
/*
 * How much is read of a process that is made to take long, by system calls. The process is simulated: its pages are
 * those of `present`, its memory is heap_infos, and the kernel's answers come from here.
 */
#include "arena_heaps.h"
#include "check.h"
#include "main_arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const uint64_t mib = UINT64_C(1) << 20;
static const uint64_t tib = UINT64_C(1) << 40;
enum { page = 4096, most_pages = 1 << 18, ring = 20000 };

/* include/uapi/linux/fs.h */
struct region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

int ioctl(int descriptor, unsigned long request, ...);

static uint64_t present[most_pages]; /* in order */
static size_t present_count;
static struct heap_info (*info_at)(uint64_t base);
static unsigned scans, words_read, memory_reads;
static bool is_interrupted_for_ever;
static int32_t cancelled;
static unsigned cancel_after; /* scans; 0: never */

static size_t first_from(uint64_t address) {
    size_t low = 0;
    size_t high = present_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (present[middle] < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* PAGEMAP_SCAN, a region a page. */
int ioctl(int descriptor, unsigned long request, ...) {
    (void)descriptor;
    (void)request;
    va_list arguments;
    va_start(arguments, request);
    uint64_t *argument = va_arg(arguments, uint64_t *);
    va_end(arguments);
    scans++;
    if (is_interrupted_for_ever) {
        errno = EINTR;
        return -1;
    }
    cancelled = cancel_after != 0 && scans >= cancel_after;
    struct region *regions = (struct region *)(uintptr_t)argument[5];
    uint64_t most = argument[7] != 0 ? argument[7] : argument[6];
    uint64_t count = 0;
    argument[4] = argument[3];
    for (size_t index = first_from(argument[2]); index < present_count && present[index] < argument[3]; index++) {
        if (count == most) {
            argument[4] = present[index];
            break;
        }
        regions[count++] = (struct region){present[index], present[index] + page, 0};
    }
    return (int)count;
}

/* /proc/PID/pagemap. */
ssize_t pread(int descriptor, void *to, size_t bytes, off_t at) {
    (void)descriptor;
    for (size_t index = 0; index < bytes / sizeof(uint64_t); index++) {
        uint64_t address = ((uint64_t)at / sizeof(uint64_t) + index) * page;
        size_t found = first_from(address);
        uint64_t word = found < present_count && present[found] == address ? UINT64_C(1) << 63 : 0;
        memcpy((char *)to + index * sizeof word, &word, sizeof word);
    }
    words_read += (unsigned)(bytes / sizeof(uint64_t));
    return (ssize_t)bytes;
}

ssize_t process_vm_readv(pid_t pid, const struct iovec *local, unsigned long count, const struct iovec *remote,
                         unsigned long remote_count, unsigned long flags) {
    (void)pid;
    (void)flags;
    CHECK(count == remote_count && count <= remote_batch);
    memory_reads++;
    ssize_t bytes = 0;
    for (size_t index = 0; index < count; index++) {
        struct heap_info info = info_at((uint64_t)(uintptr_t)remote[index].iov_base);
        CHECK(local[index].iov_len <= sizeof info);
        memcpy(local[index].iov_base, &info, local[index].iov_len);
        bytes += (ssize_t)local[index].iov_len;
    }
    return bytes;
}

static void begin(struct mapping *mapping, struct target *target, struct deadline *deadline, uint64_t bytes) {
    scans = words_read = memory_reads = 0;
    cancelled = 0;
    cancel_after = 0;
    *mapping = (struct mapping){tib, tib + bytes, mapping_anonymous, true};
    *deadline = (struct deadline){.until_ns = UINT64_MAX, .cancelled = &cancelled};
    *target = (struct target){.memory = {.pid = 1}, .maps = {mapping, 1, true}, .deadline = deadline};
    target->pages = (struct page_map){.descriptor = -1, .has_scan = true, .deadline = deadline};
}

static struct inspect_verdict find(const struct target *target, size_t limit, size_t *count) {
    struct arena_heap *list;
    struct inspect_verdict verdict = arena_heaps_find(target, 64 * mib, limit, &list, count);
    free(list);
    return verdict;
}

static struct heap_info no_heap(uint64_t base) {
    (void)base;
    return (struct heap_info){0, 0, 0, 0};
}

static struct heap_info first_heap(uint64_t base) {
    return (struct heap_info){base + 48, 0, page, page};
}

static struct heap_info heap_in_ring(uint64_t base) {
    uint64_t before = base == tib ? tib + (ring - 1) * 64 * mib : base - 64 * mib;
    return (struct heap_info){tib + 48, before, page, page};
}

/* The last heap's chain ends in the first heap, through all others. */
static struct heap_info heap_in_chain(uint64_t base) {
    return (struct heap_info){tib + 48, base == tib ? 0 : base - 64 * mib, page, page};
}

static void put_heaps(size_t count) {
    for (size_t index = 0; index < count; index++) {
        present[index] = tib + index * 64 * mib;
    }
    present_count = count;
}

/* 16 TiB with a page in each: as many calls as there are pieces of 64 GiB and pages. */
static void test_wide_mapping(void) {
    struct mapping mapping;
    struct target target;
    struct deadline deadline;
    size_t count;
    begin(&mapping, &target, &deadline, 16 * tib);
    info_at = no_heap;
    for (size_t index = 0; index < 16; index++) {
        present[index] = tib + index * tib + 13 * page;
    }
    present_count = 16;
    CHECK(find(&target, heap_limit, &count).status == inspect_ok && count == 0);
    CHECK(scans >= 256 && scans <= 256 + 16 && memory_reads == 0);
    /* A kernel without PAGEMAP_SCAN is asked for one word every 64 MiB. */
    begin(&mapping, &target, &deadline, 16 * tib);
    target.pages.has_scan = false;
    CHECK(find(&target, heap_limit, &count).status == inspect_ok && count == 0);
    CHECK(scans == 0 && words_read == 16 * tib / (64 * mib));
}

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void test_chains(void) {
    struct mapping mapping;
    struct target target;
    struct deadline deadline;
    size_t count;
    put_heaps(ring);
    begin(&mapping, &target, &deadline, ring * 64 * mib);
    double from = cpu_seconds();
    info_at = heap_in_ring;
    CHECK(find(&target, heap_limit, &count).status == inspect_ok && count == 0);
    CHECK(memory_reads == (ring + remote_batch - 1) / remote_batch && scans <= ring + ring / 1024 + 1);
    info_at = heap_in_chain;
    CHECK(find(&target, heap_limit, &count).status == inspect_ok && count == ring);
    CHECK(cpu_seconds() - from < 5); /* every heap's chain for itself took over a minute */
}

static void test_limits(void) {
    struct mapping mapping;
    struct target target;
    struct deadline deadline;
    size_t count;
    put_heaps(1000);
    info_at = first_heap;
    begin(&mapping, &target, &deadline, tib);
    CHECK(find(&target, 1000, &count).status == inspect_ok && count == 1000);
    struct inspect_verdict verdict = find(&target, 999, &count);
    CHECK(verdict.status == inspect_too_large && strcmp(verdict.what, "heaps of arenas") == 0 && count == 0);
    struct page_bits bits = {0};
    scans = 0;
    CHECK(page_map_load(&target.pages, tib, 2 * tib + page, &bits).status == inspect_too_large);
    CHECK(scans == 0 && bits.words == NULL && !page_bits_has(&bits, tib));
    uint64_t bytes;
    CHECK(page_map_count(&target.pages, tib, 2 * tib + page, &bytes).status == inspect_ok && bytes == 1000 * page);
    page_bits_free(&bits);
}

static void test_deadline(void) {
    struct mapping mapping;
    struct target target;
    struct deadline deadline;
    size_t count;
    put_heaps(1000);
    begin(&mapping, &target, &deadline, tib);
    deadline.until_ns = monotonic_ns();
    CHECK(find(&target, heap_limit, &count).status == inspect_deadline && scans == 0 && memory_reads == 0);
    begin(&mapping, &target, &deadline, tib);
    cancel_after = 137;
    CHECK(find(&target, heap_limit, &count).status == inspect_cancelled && scans == 137 && memory_reads == 0);
    begin(&mapping, &target, &deadline, tib);
    is_interrupted_for_ever = true;
    deadline.until_ns = monotonic_ns() + 20 * 1000000;
    CHECK(find(&target, heap_limit, &count).status == inspect_deadline && scans > 0);
    is_interrupted_for_ever = false;
}

int main(void) {
    test_wide_mapping();
    test_chains();
    test_limits();
    test_deadline();
    return 0;
}

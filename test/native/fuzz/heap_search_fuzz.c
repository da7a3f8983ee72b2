/* SPDX-License-Identifier: MIT */
/*
 * The search for arenas and heaps and the walk through them, over a simulated process: a libc with a main arena, its
 * heap, which may begin with a thread's tcache, and a heap of another arena, in whose words the input writes. The
 * process also lies: pages come and go, and words change between two reads. Whatever it does, no more is read once the
 * inspection is called off, and what is accounted for fits into what there is. The input: how it lies, then triples of
 * (place, kind, word).
 */
#define _GNU_SOURCE
#include "fastbins.h"
#include "glibc_heap.h"
#include "tcaches.h"
#include "walk_all.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

enum {
    page = 4096,
    data_pages = 2, /* libc's */
    main_pages = 8,
    arena_pages = 8,
    image_words = (data_pages + main_pages + arena_pages) * page / 8,
    state_words = 275,
    top_word = 12,
    next_word = 270,
    header_input = 4,
    triple_bytes = 11,
    most_calls = 20000,
    tcache_bytes = 0x290, /* of glibc 2.30 to 2.41 */
    calls_after_end = 8,  /* one step of the search or of the walk, and what follows it */
};

static const uint64_t data_at = UINT64_C(0x7f0000000000);
static const uint64_t main_at = UINT64_C(0x550000000000);
static const uint64_t arena_at = UINT64_C(0x7e0000000000); /* a multiple of 64 MiB */

static uint64_t image[2][image_words]; /* as the input has it, and as it was before */
static uint8_t lies;
static uint32_t absent_pages;
static uint32_t calls;
static int32_t cancelled;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int ioctl(int descriptor, unsigned long request, ...);

/* Index of the page's first word in the image; image_words when there is none. */
static size_t word_of(uint64_t address) {
    if (address - data_at < data_pages * page) {
        return (address - data_at) / 8;
    }
    if (address - main_at < main_pages * page) {
        return data_pages * page / 8 + (address - main_at) / 8;
    }
    if (address - arena_at < arena_pages * page) {
        return (data_pages + main_pages) * page / 8 + (address - arena_at) / 8;
    }
    return image_words;
}

static void count_call(void) {
    calls++;
    cancelled = calls >= most_calls;
    if (calls > most_calls + calls_after_end) {
        abort();
    }
}

static bool is_present(uint64_t address) {
    size_t word = word_of(address);
    bool comes_and_goes = (lies & 1) != 0 && calls % 7 == 0;
    return word < image_words && (comes_and_goes || (absent_pages >> (word * 8 / page) & 1) == 0);
}

/* PAGEMAP_SCAN: a region for each page. */
int ioctl(int descriptor, unsigned long request, ...) {
    (void)descriptor;
    (void)request;
    va_list arguments;
    va_start(arguments, request);
    uint64_t *argument = va_arg(arguments, uint64_t *);
    va_end(arguments);
    count_call();
    if ((lies & 2) != 0 && calls % 5 == 0) {
        errno = EINTR;
        return -1;
    }
    uint64_t *regions = (uint64_t *)(uintptr_t)argument[5];
    uint64_t most = argument[7] != 0 ? argument[7] : argument[6];
    uint64_t count = 0;
    uint64_t at = argument[2];
    for (; at < argument[3] && count < most && at - argument[2] < 64 * page; at += page) {
        if (is_present(at)) {
            regions[count * 3] = at;
            regions[count * 3 + 1] = at + page;
            regions[count++ * 3 + 2] = 0;
        }
    }
    argument[4] = count < most ? argument[3] : at;
    return (int)count;
}

ssize_t process_vm_readv(pid_t pid, const struct iovec *local, unsigned long count, const struct iovec *remote,
                         unsigned long remote_count, unsigned long flags) {
    (void)pid;
    (void)flags;
    (void)remote_count;
    count_call();
    const unsigned char *now = (const unsigned char *)image[(lies & 4) != 0 && calls % 3 == 0];
    ssize_t bytes = 0;
    for (size_t index = 0; index < count; index++) {
        uint64_t from = (uint64_t)(uintptr_t)remote[index].iov_base;
        size_t length = local[index].iov_len;
        if (word_of(from) == image_words || word_of(from + length - 1) == image_words || length > sizeof image[0] ||
            word_of(from + length - 1) - word_of(from) > length / 8 + 1) {
            errno = EFAULT;
            return bytes == 0 ? -1 : bytes;
        }
        memcpy(local[index].iov_base, now + word_of(from) * 8 + from % 8, length);
        bytes += (ssize_t)length;
    }
    return bytes;
}

static void put(uint64_t address, uint64_t word) {
    image[0][word_of(address)] = word;
}

static void put_state(uint64_t at, uint64_t top, uint64_t next) {
    put(at + top_word * 8, top);
    for (uint64_t bin = at + (top_word + 2) * 8; bin < at + (next_word - 2) * 8; bin += 16) {
        put(bin, bin - 16);
        put(bin + 8, bin - 16);
    }
    put(at + next_word * 8, next);
    put(at + (next_word + 2) * 8, 1);
    put(at + (next_word + 3) * 8, main_pages * page);
    put(at + (next_word + 4) * 8, main_pages * page);
}

static void put_chunks(uint64_t from, uint64_t end, uint64_t size) {
    uint64_t at = from;
    for (; at + 2 * size < end; at += size) {
        put(at + 8, size | 1);
    }
    put(at + 8, (end - at) | 1);
}

/* Whatever is written: small numbers, addresses of the process, or any word. */
static uint64_t word_as(uint8_t kind, uint64_t word) {
    const uint64_t starts[] = {data_at, main_at, arena_at};
    return kind % 4 == 3 ? word : starts[kind % 4] + (kind & 64 ? word % (8 * page) : word % (8 * page) / 16 * 16);
}

static void make_image(const uint8_t *data, size_t bytes) {
    memset(image, 0, sizeof image);
    uint64_t state = arena_at + 48;
    uint64_t chunks = (state + state_words * 8 + 15) / 16 * 16;
    put_state(data_at + 64, main_at + main_pages * page - 1024, state);
    put_state(state, arena_at + arena_pages * page - 512, data_at + 64);
    put(arena_at, state);
    put(arena_at + 16, arena_pages * page);
    put(arena_at + 24, arena_pages * page);
    uint64_t first = main_at + (data[3] & 2 ? tcache_bytes : 0);
    put_chunks(first, main_at + main_pages * page, 512);
    if (first != main_at) {
        put(main_at + 8, tcache_bytes | 1);
    }
    put_chunks(chunks, arena_at + arena_pages * page, 256);
    memcpy(image[1], image[0], sizeof image[0]);
    for (size_t from = header_input; from + triple_bytes <= bytes; from += triple_bytes) {
        uint16_t place;
        uint64_t word;
        memcpy(&place, data + from, sizeof place);
        memcpy(&word, data + from + 3, sizeof word);
        image[0][place % image_words] = word_as(data[from + 2], word);
    }
}

static void walk(const struct target *target, struct glibc_heaps *heaps) {
    struct walk_options options = {.deadline = target->deadline, .seed = 1, .wants_blocks = true};
    struct walk_result walked;
    struct inspect_verdict verdict = walk_all(target, heaps, &options, &walked);
    if (verdict.status != inspect_ok) {
        return;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct heap_figures *figures = &walked.heaps[index].figures;
        if (figures->live_bytes + figures->free_bytes + figures->unreadable_bytes > figures->size_bytes) {
            abort();
        }
    }
    if (tcaches_count(target, heaps, &walked).status != inspect_ok) {
        abort();
    }
    walk_result_free(&walked, heaps->heap_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < header_input) {
        return 0;
    }
    make_image(data, bytes);
    lies = data[0];
    absent_pages = (uint32_t)data[1] << 2 | (uint32_t)data[2] << 10; /* libc's are there */
    calls = 0;
    cancelled = 0;
    struct mapping mappings[] = {
        {main_at, main_at + main_pages * page, data[3] & 1 ? mapping_anonymous : mapping_brk, true},
        {arena_at, arena_at + arena_pages * page, mapping_anonymous, true},
        {data_at, data_at + data_pages * page, mapping_libc, true},
    };
    struct deadline deadline = {.until_ns = UINT64_MAX, .cancelled = &cancelled};
    /* No process: its list of mappings cannot be read again. */
    struct target target = {.memory = {.pid = INT32_MAX}, .maps = {mappings, 3, true}, .deadline = &deadline};
    target.pages = (struct page_map){.descriptor = -1, .has_scan = true, .deadline = &deadline};
    struct glibc_heaps heaps;
    if (glibc_heaps_find(&target, &heaps).status == inspect_ok) {
        if (fastbins_find(&target, &deadline, &heaps).status != inspect_ok ||
            heaps.fastbins.count > (main_pages + arena_pages) * page / chunk_align) {
            abort();
        }
        walk(&target, &heaps);
        glibc_heaps_free(&heaps);
    }
    return 0;
}

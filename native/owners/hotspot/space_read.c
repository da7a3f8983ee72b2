/* SPDX-License-Identifier: MIT */
#include "../../inspect/core_file.h"
#include "vm.h"

#include <string.h>

/* What of [from, from + bytes) is present when the same memory is looked at from `distance` away, and not read yet. */
static bool read_view(const struct hotspot *vm, uint64_t from, uint64_t distance, unsigned char *to, size_t bytes,
                      struct page_bits *done) {
    struct page_bits bits = {0};
    uint64_t start = from + distance;
    uint64_t end = start + bytes;
    bool is_read = page_map_load(&vm->target->pages, start, end, &bits).status == inspect_ok;
    for (uint64_t at = page_bits_next(&bits, start); is_read && at < end; at = page_bits_next(&bits, at)) {
        size_t run = page_bits_run(&bits, at, (size_t)(end - at));
        for (uint64_t page = at; page < at + run;) {
            uint64_t next = (page / page_bytes() + 1) * page_bytes();
            next = next < at + run ? next : at + run;
            if (!page_bits_has(done, page - distance)) {
                is_read &= remote_read(&vm->target->memory, page, to + (page - start), (size_t)(next - page));
            }
            page = next;
        }
        at += run;
    }
    page_bits_free(&bits);
    return is_read;
}

/* Without generations ZGC has each page at three addresses, and of each what was used there is present. */
static bool read_other_views(const struct hotspot *vm, uint64_t from, unsigned char *to, size_t bytes) {
    struct page_bits bits = {0};
    bool is_read = page_map_load(&vm->target->pages, from, from + bytes, &bits).status == inspect_ok;
    uint64_t offset = from & vm->z.offset_mask;
    for (unsigned view = 0; is_read && view < z_views; view++) {
        uint64_t other = z_view(&vm->z, view) + offset;
        if (other != from) {
            is_read = read_view(vm, from, other - from, to, bytes, &bits);
        }
    }
    page_bits_free(&bits);
    return is_read;
}

uint64_t hotspot_missing(const struct hotspot *vm, uint64_t from, uint64_t to) {
    const struct core_file *core = vm->target->memory.core;
    uint64_t missing = core == NULL ? 0 : core_file_missing(core, from, to);
    bool has_views = vm->collector == hotspot_z && vm->z.is_there && !vm->z.has_generations;
    for (unsigned view = 0; missing > 0 && has_views && view < z_views; view++) {
        uint64_t other = z_view(&vm->z, view) + (from & vm->z.offset_mask);
        uint64_t there = core_file_missing(core, other, other + (to - from));
        missing = there < missing ? there : missing;
    }
    return missing;
}

bool hotspot_read(const struct hotspot *vm, uint64_t from, void *to, size_t bytes) {
    bool is_read = target_read_sparse(vm->target, from, to, bytes);
    if (is_read && vm->collector == hotspot_z && vm->z.is_there && !vm->z.has_generations) {
        is_read = read_other_views(vm, from, to, bytes);
    }
    return is_read;
}

/* SPDX-License-Identifier: MIT */
#include "counter_reader.h"

#include "counter_sum.h"

#include <string.h>

static struct counter_verdict verdict(enum counter_status status, const char *what, uint64_t expected, uint64_t found) {
    return (struct counter_verdict){status, what, expected, found};
}

const char *counter_status_name(enum counter_status status) {
    switch (status) {
    case counter_ok:
        return "ok";
    case counter_unsettled:
        return "unsettled";
    case counter_not_ready:
        return "not-ready";
    case counter_truncated:
        return "truncated";
    case counter_foreign:
        return "foreign";
    case counter_version:
        return "version";
    case counter_invalid:
        return "invalid";
    case counter_system_error:
        return "system-error";
    }
    return "invalid";
}

/* What every page of this version has, number by number. */
static struct counter_verdict check_layout(const struct counter_page_header *header) {
    const struct {
        const char *what;
        uint64_t expected;
        uint64_t found;
    } numbers[] = {
        {"header bytes", sizeof *header, header->header_bytes},
        {"page bytes", counter_page_bytes, header->page_bytes},
        {"slot count", counter_slot_count, header->slot_count},
        {"slot bytes", sizeof(struct counter_slot), header->slot_bytes},
        {"cell count", counter_cell_count, header->cell_count},
        {"flags", header->flags & counter_flag_preceded, header->flags},
    };
    for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
        if (numbers[index].expected != numbers[index].found) {
            return verdict(counter_invalid, numbers[index].what, numbers[index].expected, numbers[index].found);
        }
    }
    return verdict(counter_ok, "", 0, 0);
}

struct counter_verdict counter_check(const void *memory, size_t bytes) {
    const struct counter_page_header *header = memory;
    if (bytes == 0) { /* created, and not sized yet */
        return verdict(counter_not_ready, "page bytes", counter_page_bytes, 0);
    }
    if (bytes < sizeof *header) {
        return verdict(counter_truncated, "page bytes", counter_page_bytes, bytes);
    }
    uint64_t magic = atomic_load_explicit(&header->magic, memory_order_acquire);
    if (magic == 0) {
        return verdict(counter_not_ready, "magic number", counter_page_magic, 0);
    }
    if (magic != counter_page_magic) {
        return verdict(counter_foreign, "magic number", counter_page_magic, magic);
    }
    if (header->version != counter_page_version) {
        return verdict(counter_version, "version", counter_page_version, header->version);
    }
    if (bytes < counter_page_bytes) {
        return verdict(counter_truncated, "page bytes", counter_page_bytes, bytes);
    }
    uint32_t ready = atomic_load_explicit(&header->ready, memory_order_acquire);
    if (ready != 1) {
        return verdict(ready == 0 ? counter_not_ready : counter_invalid, "ready flag", 1, ready);
    }
    return check_layout(header);
}

void counter_read_info(const struct counter_page *page, struct counter_info *info) {
    const struct counter_page_header *header = &page->header;
    info->pid = header->pid;
    info->created_ticks = header->created_ticks;
    info->created_unix_ms = header->created_unix_ms;
    info->is_preceded = (header->flags & counter_flag_preceded) != 0;
    size_t length = 0;
    while (length < sizeof header->writer && header->writer[length] >= ' ' && header->writer[length] <= '~') {
        info->writer[length] = header->writer[length];
        length++;
    }
    info->writer[length] = '\0';
}

struct counter_verdict counter_recheck(const struct counter_page *page, uint32_t *slots) {
    const struct counter_page_header *header = &page->header;
    uint64_t magic = atomic_load_explicit(&header->magic, memory_order_relaxed);
    if (magic != counter_page_magic) {
        return verdict(counter_invalid, "magic number", counter_page_magic, magic);
    }
    if (header->version != counter_page_version) {
        return verdict(counter_invalid, "version", counter_page_version, header->version);
    }
    *slots = atomic_load_explicit(&header->slot_limit, memory_order_acquire);
    if (*slots > counter_slot_count) {
        return verdict(counter_invalid, "slots in use", counter_slot_count, *slots);
    }
    return verdict(counter_ok, "", 0, 0);
}

struct counter_verdict counter_read_sum(const struct counter_page *page, int64_t sum[counter_cell_count]) {
    uint32_t slots;
    struct counter_verdict result = counter_recheck(page, &slots);
    if (result.status == counter_ok && !counter_page_sum(page, slots, sum)) {
        result.status = counter_unsettled;
    }
    return result;
}

struct counter_verdict counter_read_cell(const struct counter_page *page, unsigned cell, int64_t *value) {
    uint32_t slots;
    struct counter_verdict result = counter_recheck(page, &slots);
    if (result.status == counter_ok && !counter_page_sum_range(page, slots, cell, 1, value)) {
        result.status = counter_unsettled;
    }
    return result;
}

bool counter_read_thread(const struct counter_page *page, uint32_t index, struct counter_thread *thread) {
    const struct counter_slot *slot = &page->slots[index];
    if (atomic_load_explicit(&slot->state, memory_order_acquire) != counter_slot_used) {
        return false;
    }
    uint64_t name[2] = {atomic_load_explicit(&slot->name[0], memory_order_relaxed),
                        atomic_load_explicit(&slot->name[1], memory_order_relaxed)};
    memcpy(thread->name, name, sizeof name);
    thread->name[sizeof name] = '\0';
    thread->tid = atomic_load_explicit(&slot->tid, memory_order_relaxed);
    for (unsigned cell = 0; cell < counter_cell_count; cell++) {
        thread->cells[cell] = atomic_load_explicit(&slot->block.cells[cell], memory_order_relaxed);
    }
    counter_derive(thread->cells);
    return true;
}

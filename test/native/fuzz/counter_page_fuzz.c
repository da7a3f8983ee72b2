/* SPDX-License-Identifier: MIT */
/* The reader of counter pages: any bytes are refused or can be read, sums, single cells and threads. */
#include "../readable_header.h"
#include "counter_reader.h"

#include <stdlib.h>
#include <string.h>

enum { used_slots = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void read_all(const struct counter_page *page) {
    struct counter_info info;
    counter_read_info(page, &info);
    if (memchr(info.writer, '\0', sizeof info.writer) == NULL) {
        abort();
    }
    int64_t sum[counter_cell_count];
    int64_t value = 0;
    enum counter_status status = counter_read_sum(page, sum).status;
    if (counter_read_cell(page, counter_calls_calloc, &value).status != status) {
        abort();
    }
    if (status == counter_ok && value != sum[counter_calls_calloc]) {
        abort();
    }
    uint32_t slots = 0;
    if (counter_recheck(page, &slots).status != counter_ok) {
        return;
    }
    if (slots > counter_slot_count) {
        abort();
    }
    struct counter_thread thread;
    for (uint32_t index = 0; index < slots && index < 64; index++) {
        if (counter_read_thread(page, index, &thread) && memchr(thread.name, '\0', sizeof thread.name) == NULL) {
            abort();
        }
    }
}

static void change(unsigned char *page, const uint8_t *edit) {
    page[edit[0] % sizeof(struct counter_page_header)] = edit[1];
}

/* A page as it should be. The input's first byte says how many bytes of its header are changed, by (place, byte),
 * whether its slots are in use, and whether the last change comes between the check and the reading; the rest is what
 * lies behind the header, and at the end what is cut off. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static _Alignas(4096) unsigned char page[counter_page_bytes];
    struct counter_page_header *header = (struct counter_page_header *)page;
    make_readable_header(header);
    header->slot_limit = used_slots;
    size_t edits = bytes > 0 ? data[0] % 8 : 0;
    size_t at = 1;
    for (; edits > 0 && at + 1 < bytes; edits--, at += 2) {
        change(page, data + at);
    }
    size_t rest = at < bytes ? bytes - at : 0;
    memset(page + sizeof *header, 0, 8192);
    memcpy(page + sizeof *header, data + (rest > 0 ? at : 0), rest);
    for (unsigned slot = 0; slot < used_slots && bytes > 0 && (data[0] & 8) != 0; slot++) {
        ((struct counter_page *)page)->slots[slot].state = counter_slot_used;
    }
    size_t cut = bytes > 2 && data[bytes - 1] == 0xff ? (size_t)data[bytes - 2] * 97 : 0;
    cut = bytes > 2 && data[bytes - 1] == 0xfe ? sizeof page - data[bytes - 2] : cut;
    if (counter_check(page, sizeof page - cut).status == counter_ok) {
        if (bytes > 2 && (data[0] & 16) != 0) {
            change(page, data + 1);
        }
        read_all((const struct counter_page *)page);
    }
    return 0;
}

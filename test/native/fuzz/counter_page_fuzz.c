/* SPDX-License-Identifier: MIT */
/* The reader of counter pages: any bytes are refused or can be read, sums, single cells and threads. */
#include "../readable_header.h"
#include "counter_reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void read_all(const struct counter_page *page) {
    struct counter_info info;
    counter_read_info(page, &info);
    if (memchr(info.writer, '\0', sizeof info.writer) == NULL) {
        abort();
    }
    int64_t sum[counter_cell_count];
    (void)counter_read_sum(page, sum);
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

/* A page as it should be; the input's first byte says how many bytes of its header are changed, by (place, byte), and
 * the rest is what lies behind the header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static _Alignas(4096) unsigned char page[counter_page_bytes];
    struct counter_page_header *header = (struct counter_page_header *)page;
    make_readable_header(header);
    header->slot_limit = 3;
    size_t edits = bytes > 0 ? data[0] % 8 : 0;
    size_t at = 1;
    for (; edits > 0 && at + 1 < bytes; edits--, at += 2) {
        page[data[at] % sizeof *header] = data[at + 1];
    }
    size_t rest = at < bytes ? bytes - at : 0;
    memset(page + sizeof *header, 0, 8192);
    memcpy(page + sizeof *header, data + (rest > 0 ? at : 0), rest);
    size_t cut = bytes > 2 && data[bytes - 1] == 0xff ? (size_t)data[bytes - 2] * 97 : 0;
    if (counter_check(page, sizeof page - cut).status == counter_ok) {
        read_all((const struct counter_page *)page);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "page_map.h"
#include "proc_maps.h"
#include "remote.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { pages = 200 };

static unsigned char *map_pages(void) {
    unsigned char *memory =
        mmap(NULL, pages * page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED && madvise(memory, pages * page_bytes(), MADV_NOHUGEPAGE) == 0);
    for (unsigned page = 0; page < pages; page += 3) {
        memory[page * page_bytes()] = (unsigned char)page;
    }
    return memory;
}

/* Both ways of asking the kernel say the same. */
static void test_presence(bool with_scan) {
    unsigned char *memory = map_pages();
    uint64_t start = (uint64_t)(uintptr_t)memory;
    struct page_map map;
    struct page_bits bits = {0};
    CHECK(page_map_open(getpid(), &map).status == inspect_ok);
    map.has_scan = map.has_scan && with_scan;
    CHECK(page_map_load(&map, start, start + pages * page_bytes(), &bits).status == inspect_ok);
    for (unsigned page = 0; page < pages; page++) {
        CHECK(page_bits_has(&bits, start + page * page_bytes()) == (page % 3 == 0));
    }
    CHECK(page_bits_present(&bits, start, start + 4 * page_bytes()) == 2 * page_bytes());
    CHECK(page_bits_present(&bits, start + 100, start + 3 * page_bytes() + 50) == page_bytes() - 100 + 50);
    CHECK(page_bits_present(&bits, start + 100, start + 200) == 100);
    CHECK(page_bits_next(&bits, start + page_bytes()) == start + 3 * page_bytes());
    CHECK(page_bits_next(&bits, start + (pages - 1) * page_bytes()) == bits.end);
    CHECK(page_bits_run(&bits, start + 10, 2 * page_bytes()) == page_bytes() - 10);
    CHECK(!page_bits_has(&bits, start - 1) && !page_bits_has(&bits, bits.end));
    page_bits_free(&bits);
    page_map_close(&map);
    munmap(memory, pages * page_bytes());
}

/* What asks may have read the end from memory that was freed: there is what is there, and no failure. */
static void test_more_than_all_addresses(bool with_scan) {
    uint64_t start = (UINT64_C(1) << 47) - (UINT64_C(512) << 20);
    unsigned char *memory = mmap((void *)(uintptr_t)start, page_bytes(), PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    CHECK((uint64_t)(uintptr_t)memory == start);
    memory[0] = 1;
    struct page_map map;
    uint64_t known = 0;
    uint64_t bytes = 0;
    CHECK(page_map_open(getpid(), &map).status == inspect_ok);
    map.has_scan = map.has_scan && with_scan;
    CHECK(page_map_count(&map, start, start + page_bytes(), &known).status == inspect_ok && known == page_bytes());
    CHECK(page_map_count(&map, start, UINT64_C(1) << 62, &bytes).status == inspect_ok && bytes >= known);
    CHECK(page_map_count(&map, UINT64_C(1) << 60, UINT64_C(1) << 62, &bytes).status == inspect_ok && bytes == 0);
    page_map_close(&map);
    munmap(memory, page_bytes());
}

/* One unreadable piece does not cost the others. */
static void test_pieces(void) {
    unsigned char *memory = map_pages();
    unsigned char to[3];
    CHECK(munmap(memory + page_bytes(), page_bytes()) == 0);
    uint64_t start = (uint64_t)(uintptr_t)memory;
    struct remote_piece pieces[] = {{start + 3 * page_bytes(), 1, &to[0], false},
                                    {start + page_bytes(), 1, &to[1], false},
                                    {start + 6 * page_bytes(), 1, &to[2], false}};
    CHECK(remote_read_pieces(&(struct remote){.pid = getpid()}, pieces, 3).status == inspect_ok);
    CHECK(pieces[0].is_read && !pieces[1].is_read && pieces[2].is_read && to[0] == 3 && to[2] == 6);
    CHECK(remote_read_pieces(&(struct remote){.pid = getpid()}, pieces, 0).status == inspect_ok);
    munmap(memory, pages * page_bytes());
}

static void test_a_process_that_has_ended(void) {
    unsigned char to;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        _exit(0);
    }
    CHECK(waitpid(child, NULL, 0) == child);
    struct remote_piece piece = {4096, 1, &to, false};
    CHECK(remote_read_pieces(&(struct remote){.pid = child}, &piece, 1).status == inspect_no_process);
    struct proc_maps maps;
    CHECK(proc_maps_read(child, NULL, &maps).status == inspect_no_process);
}

static void test_lines(void) {
    struct mapping mapping;
    CHECK(proc_maps_parse_line("7f00-8f00 rw-p 00000000 00:00 0 ", &mapping));
    CHECK(mapping.start == 0x7f00 && mapping.end == 0x8f00 && mapping.writable && mapping.kind == mapping_anonymous);
    CHECK(proc_maps_parse_line("7f00-8f00 rw-p 0 00:00 0    [heap]", &mapping) && mapping.kind == mapping_brk);
    CHECK(proc_maps_parse_line("7f00-8f00 r--s 0 08:01 7   /lib/libc.so.6", &mapping) && !mapping.writable);
    CHECK(mapping.kind == mapping_libc);
    CHECK(proc_maps_parse_line("1-2 rw-p 0 08:01 7 /x/libc-2.17.so", &mapping) && mapping.kind == mapping_libc);
    CHECK(proc_maps_parse_line("1-2 rw-p 0 08:01 7 /x/libcrypto.so", &mapping) && mapping.kind == mapping_other);
    CHECK(proc_maps_parse_line("1-2 rw-p 0 00:00 0 [anon:glibc: malloc arena]", &mapping) &&
          mapping.kind == mapping_anonymous);
    CHECK(!proc_maps_parse_line("", &mapping) && !proc_maps_parse_line("2-1 rw-p 0 00:00 0", &mapping));
}

int main(void) {
    test_presence(true);
    test_more_than_all_addresses(true);
    test_more_than_all_addresses(false);
    test_presence(false);
    test_pieces();
    test_a_process_that_has_ended();
    test_lines();
    return 0;
}

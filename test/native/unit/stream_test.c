/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "read_ahead.h"
#include "stream.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Reads this process's memory, of which each page but every third is there; a page's words are its number. */
enum { page_size = 4096, pages = 10000, words_a_page = page_size / 8 };
static unsigned char *memory;
static struct target target;
static struct stream stream;

struct seen {
    uint64_t pages;
    uint64_t last;  /* address behind what came last */
    uint64_t calls; /* after which it is enough; 0: never */
};

static uint64_t address_of(uint64_t page) {
    return (uint64_t)(uintptr_t)memory + page * page_size;
}

static bool is_there(uint64_t page) {
    return page % 3 != 2;
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct seen *seen = to;
    CHECK(from >= seen->last && from % page_size == 0 && bytes % page_size == 0);
    for (size_t at = 0; at < bytes; at += page_size) {
        uint64_t words[2];
        uint64_t page = (from + at - address_of(0)) / page_size;
        memcpy(&words[0], data + at, sizeof words[0]);
        memcpy(&words[1], data + at + page_size - sizeof words[1], sizeof words[1]);
        CHECK(is_there(page) && words[0] == page && words[1] == page);
        seen->pages++;
    }
    seen->last = from + bytes;
    return seen->calls == 0 || --seen->calls > 0;
}

static uint64_t count_there(uint64_t from, uint64_t to) {
    uint64_t count = 0;
    for (uint64_t page = from; page < to; page++) {
        count += is_there(page);
    }
    return count;
}

static void check(const struct memory_range *ranges, size_t count, uint64_t expected) {
    struct seen seen = {0};
    uint64_t read = stream.read_bytes;
    CHECK(stream_read(&stream, ranges, count, take, &seen).status == inspect_ok);
    CHECK(seen.pages == expected && stream.read_bytes - read == expected * page_size && stream.missed_bytes == 0);
}

static void test_ranges(void) {
    struct memory_range whole = {address_of(0), address_of(pages)};
    struct memory_range none = {address_of(7), address_of(7)};
    struct memory_range parts[500];
    check(&whole, 1, count_there(0, pages));
    check(&none, 1, 0);
    check(NULL, 0, 0);
    uint64_t expected = 0;
    for (uint64_t index = 0; index < 500; index++) {
        parts[index] = (struct memory_range){address_of(index * 20 + 1), address_of(index * 20 + index % 20)};
        expected += index % 20 > 1 ? count_there(index * 20 + 1, index * 20 + index % 20) : 0;
        parts[index].end = parts[index].end < parts[index].start ? parts[index].start : parts[index].end;
    }
    check(parts, 500, expected);
}

/* What was read ahead is forgotten, and the next reading begins anew. */
static void test_enough(void) {
    struct memory_range whole = {address_of(0), address_of(pages)};
    for (uint64_t calls = 1; calls < 3000; calls += IS_SANITIZED ? 241 : 61) {
        struct seen seen = {.calls = calls};
        CHECK(stream_read(&stream, &whole, 1, take, &seen).status == inspect_ok);
        CHECK(seen.calls == 0 && seen.pages >= calls && seen.pages <= 2 * calls);
    }
    check(&whole, 1, count_there(0, pages));
}

static void test_late(void) {
    struct memory_range whole = {address_of(0), address_of(pages)};
    const int32_t cancelled = 1;
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(1000, &cancelled, &cpu);
    struct seen seen = {0};
    target.deadline = &deadline;
    CHECK(stream_read(&stream, &whole, 1, take, &seen).status == inspect_cancelled && seen.pages == 0);
    target.deadline = NULL;
    check(&whole, 1, count_there(0, pages));
}

static void test_with(bool (*open)(const struct target *target, struct stream *stream)) {
    CHECK(open(&target, &stream));
    test_ranges();
    test_enough();
    test_late();
    stream_close(&stream);
}

int main(void) {
    memory = mmap(NULL, (size_t)pages * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED && madvise(memory, (size_t)pages * page_size, MADV_NOHUGEPAGE) == 0);
    for (uint64_t page = 0; page < pages; page++) {
        for (size_t word = 0; is_there(page) && word < words_a_page; word++) {
            memcpy(memory + page * page_size + word * sizeof page, &page, sizeof page);
        }
    }
    CHECK(target_open(getpid(), NULL, &target).status == inspect_ok);
    test_with(stream_open);
    test_with(stream_open_alone);
    target_close(&target);
    return 0;
}

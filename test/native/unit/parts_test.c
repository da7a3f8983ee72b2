/* SPDX-License-Identifier: MIT */
/* A long heap in parts, by several threads, is what one walk along all of it finds. The heaps are of this process. */
#include "check.h"
#include "heap_parts.h"
#include "walk_all.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    heap_bytes = IS_SANITIZED ? 4 << 20 : 8 << 20,
    part_bytes = 64 << 10,
    rounds = IS_SANITIZED ? 20 : 40,
    most_fast = 4096,
    forged_bytes = 300 << 10, /* of a block that holds chunks: more than is looked at to find where a part begins */
};

static unsigned char *memory;
static uint64_t fast_list[most_fast];
static uint64_t state;

static uint64_t draw(uint64_t below) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

static void put(uint64_t at, uint64_t prev_size, uint64_t word) {
    memcpy(memory + at, &prev_size, sizeof prev_size);
    memcpy(memory + at + sizeof prev_size, &word, sizeof word);
}

/* What a program that wants to mislead writes into its block: chunks of one size, all in use, and at any offset. */
static void forge(uint64_t from, uint64_t to) {
    uint64_t size = 32 + draw(8) * 16;
    for (uint64_t at = from + 16 * draw(8); at + size + 16 <= to; at += size) {
        put(at, 0, size | 1);
    }
}

enum trouble { none, forged, broken, absent, foreign, troubles };

static uint64_t size_of_next(uint64_t largest) {
    return 32 + draw(largest / 16) * 16;
}

/* Chunks to the end, the last of which is the top. The fastbins get some of those in use. */
static void make_heap(uint64_t largest, unsigned free_percent, enum trouble trouble, struct address_set *fastbins) {
    uint64_t at = 0;
    bool was_free = false;
    uint64_t before = 0;
    fastbins->count = 0;
    memset(memory, 0, heap_bytes);
    for (;;) {
        bool is_large = trouble == forged && draw(400) == 0;
        uint64_t size = is_large ? (uint64_t)forged_bytes : size_of_next(largest);
        if (at + size + 4096 > heap_bytes) {
            break;
        }
        put(at, was_free ? before : 0, size | !was_free);
        if (is_large) {
            forge(at + 16, at + size);
        } else if (size > 64) {
            memset(memory + at + 16, (int)draw(256), size - 16);
        }
        bool is_fast = size <= 128 && draw(50) == 0 && fastbins->count < most_fast;
        if (is_fast) {
            fastbins->list[fastbins->count++] = (uint64_t)(uintptr_t)memory + at;
        }
        was_free = !is_fast && draw(100) < free_percent;
        before = size;
        at += size;
    }
    put(at, was_free ? before : 0, (heap_bytes - at) | !was_free);
    for (unsigned edit = 0; trouble == broken && edit < 9; edit++) {
        put(draw(heap_bytes / 16) * 16, draw(3), draw(UINT64_MAX) << 8 | draw(256));
    }
    for (unsigned gap = 0; trouble == absent && gap < 5; gap++) {
        (void)madvise(memory + draw(heap_bytes / 4096 - 30) * 4096, 4096 * (1 + draw(29)), MADV_DONTNEED);
    }
    if (trouble == foreign) { /* as sysmalloc leaves it where another has moved the break */
        uint64_t chunk = 0;
        uint64_t word = 0;
        while (chunk < heap_bytes / 3) {
            memcpy(&word, memory + chunk + 8, sizeof word);
            chunk += word & ~UINT64_C(7);
        }
        put(chunk, 0, 17);
        put(chunk + 16, 16, 17);
        memset(memory + chunk + 32, 0xee, 700 << 10);
    }
}

struct look {
    struct walk_result result;
    struct heap_figures figures;
};

static void look(const struct target *target, const struct glibc_heaps *heaps, size_t threads, uint64_t parts,
                 struct look *look) {
    const struct walk_options options = {
        .seed = 7, .wants_blocks = true, .threads = threads, .part_bytes = parts, .deadline = target->deadline};
    CHECK(walk_all(target, heaps, &options, &look->result).status == inspect_ok);
    CHECK(look->result.heaps[0].is_walked && !look->result.heaps[0].is_gone);
    look->figures = look->result.heaps[0].figures;
}

static void check_same(const struct look *one, const struct look *other) {
    struct tally *sums[] = {one->result.sum, other->result.sum};
    CHECK(memcmp(&one->figures, &other->figures, sizeof one->figures) == 0);
    for (unsigned index = 0; index < 2; index++) { /* what is not added up */
        sums[index]->run_start = sums[index]->run_end = 0;
    }
    CHECK(memcmp(sums[0], sums[1], sizeof *sums[0]) == 0);
    CHECK(one->result.heaps[0].end == other->result.heaps[0].end);
    CHECK(one->result.gaps.count == other->result.gaps.count);
    for (size_t index = 0; index < one->result.gaps.count; index++) {
        CHECK(one->result.gaps.list[index].start == other->result.gaps.list[index].start);
        CHECK(one->result.gaps.list[index].end == other->result.gaps.list[index].end);
    }
    const struct block_list *blocks[] = {&one->result.blocks[0], &other->result.blocks[0]};
    CHECK(blocks[0]->count == blocks[1]->count && blocks[0]->count > 0 && blocks[0]->missing == 0);
    CHECK(memcmp(blocks[0]->list, blocks[1]->list, blocks[0]->count * sizeof *blocks[0]->list) == 0);
}

static void test_random_heaps(const struct target *target, struct glibc_heaps *heaps) {
    struct look whole;
    struct look parts;
    unsigned with_gaps = 0;
    unsigned with_trouble = 0;
    for (unsigned round = 0; round < rounds; round++) {
        state = round + 1;
        make_heap(round % 3 == 0   ? 96
                  : round % 3 == 1 ? 1024
                                   : 6000,
                  round % 4 * 15, (enum trouble)(round % troubles), &heaps->fastbins);
        look(target, heaps, 1, UINT64_MAX / 4, &whole);
        look(target, heaps, 1 + round % 4, part_bytes << round % 3, &parts);
        check_same(&whole, &parts);
        with_gaps += whole.result.gaps.count > 0;
        with_trouble += whole.figures.unreadable_bytes > 0;
        uint64_t all = whole.figures.live_bytes + whole.figures.free_bytes + whole.figures.unreadable_bytes;
        CHECK(all <= whole.figures.size_bytes && all + 4096 >= whole.figures.size_bytes); /* fences are nothing */
        walk_result_free(&whole.result, heaps->heap_count);
        walk_result_free(&parts.result, heaps->heap_count);
    }
    CHECK(with_gaps >= rounds / troubles && with_trouble >= rounds / troubles);
}

/* In a heap of equal chunks there are as many parts as there may be, and so there is something to compare. */
static void test_division(const struct target *target, struct glibc_heaps *heaps) {
    struct divided_heap divided;
    state = 1;
    make_heap(96, 20, none, &heaps->fastbins);
    CHECK(heap_parts_divide(target, heaps, &heaps->heaps[0], 64, &divided).status == inspect_ok);
    CHECK(divided.count == heap_part_limit && divided.parts[0].from == heaps->heaps[0].stretch.start);
    for (size_t index = 0; index < divided.count; index++) {
        struct walk_place place = heap_parts_place(&divided, index);
        CHECK(place.until == (index + 1 < divided.count ? divided.parts[index + 1].from : 0));
    }
    heap_parts_free(&divided);
    /* A heap without chunks is not divided. */
    memset(memory, 0, heap_bytes);
    put(0, 0, heap_bytes | 1);
    CHECK(heap_parts_divide(target, heaps, &heaps->heaps[0], 64, &divided).status == inspect_ok && divided.count == 0);
    heap_parts_free(&divided);
}

/* Of what was not reached in time nothing is made up, and no byte is told twice. */
static void test_no_time(struct target *target, struct glibc_heaps *heaps) {
    struct look cut;
    struct cpu_limit cpu;
    state = 5;
    make_heap(96, 20, none, &heaps->fastbins);
    struct deadline over = deadline_in(0, NULL, &cpu);
    const struct walk_options options = {.seed = 1, .threads = 2, .part_bytes = part_bytes, .deadline = &over};
    CHECK(walk_all(target, heaps, &options, &cut.result).status == inspect_ok);
    const struct heap_figures *figures = &cut.result.heaps[0].figures;
    CHECK(figures->live_bytes + figures->free_bytes + figures->unreadable_bytes <= heap_bytes);
    walk_result_free(&cut.result, heaps->heap_count);
}

/* Every other part was walked: what was not is unreadable, and no byte of those that were is lost. */
static void test_some_parts(const struct target *target, struct glibc_heaps *heaps, enum stretch_kind kind) {
    struct divided_heap divided;
    struct heap heap = heaps->heaps[0];
    struct inspect_verdict verdict = inspect_good();
    struct heap_findings findings;
    uint64_t unread = 0;
    state = 11;
    make_heap(96, 20, none, &heaps->fastbins);
    heap.stretch.kind = kind;
    CHECK(heap_parts_divide(target, heaps, &heap, 8, &divided).status == inspect_ok && divided.count == 8);
    for (size_t index = 0; index < divided.count; index++) {
        struct walk_place place = heap_parts_place(&divided, index);
        struct remote_piece piece;
        if (index % 2 == 1) {
            unread += (place.until != 0 ? place.until : heap.stretch.end) - place.from;
            continue;
        }
        struct walk_task *task = divided.parts[index].task = walk_task_create();
        CHECK(task != NULL);
        walk_task_begin(task, target, heaps, &place);
        while (walk_task_advance(task, NULL, &piece) == walk_task_wants) {
            CHECK(remote_read_pieces(&target->memory, &piece, 1).status == inspect_ok);
            walk_task_take(task, &piece);
        }
        CHECK(task->has_best && task->best_state == walk_joined);
    }
    bool is_told = heap_parts_join(&divided, target, NULL, &verdict, &findings);
    CHECK(is_told == (kind == stretch_brk));
    if (is_told) {
        const struct heap_figures *figures = &findings.tally->figures;
        CHECK(unread > heap_bytes / 3 && figures->unreadable_bytes == unread);
        CHECK(figures->live_bytes + figures->free_bytes + unread == heap_bytes && figures->size_bytes == heap_bytes);
        CHECK(figures->unreadable_rss_bytes <= unread && figures->rss_bytes <= heap_bytes);
    }
    heap_parts_free(&divided);
}

int main(void) {
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(120000, NULL, &cpu);
    struct target target;
    memory = mmap(NULL, heap_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    (void)madvise(memory, heap_bytes, MADV_NOHUGEPAGE);
    CHECK(target_open(getpid(), &deadline, &target).status == inspect_ok);
    uint64_t start = (uint64_t)(uintptr_t)memory;
    struct arena arena = {.is_main = true, .heaps = 1};
    struct heap heap = {.stretch = {.kind = stretch_brk, .start = start, .end = start + heap_bytes},
                        .base = start,
                        .limit = start + heap_bytes};
    struct glibc_heaps heaps = {.arenas = &arena,
                                .arena_count = 1,
                                .heaps = &heap,
                                .heap_count = 1,
                                .fastbins = {.list = fast_list, .capacity = most_fast}};
    test_division(&target, &heaps);
    test_random_heaps(&target, &heaps);
    test_no_time(&target, &heaps);
    test_some_parts(&target, &heaps, stretch_brk);
    test_some_parts(&target, &heaps, stretch_arena);
    target_close(&target);
    return 0;
}

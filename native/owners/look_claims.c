/* SPDX-License-Identifier: MIT */
#include "look.h"

enum {
    most_rounds = 64,     /* of words in arenas that lead to arenas */
    most_dead_rounds = 4, /* of claims, while dead objects are found */
    most_readings = 3,    /* of the Java heap, while collections come in between */
};

/* Again where a collection came meanwhile: objects that it has moved are found where they were, too. */
static struct inspect_verdict find_hits(struct look *look) {
    for (unsigned round = 1;; round++) {
        look->collections = hotspot_collections(look->vm);
        struct inspect_verdict verdict = java_hits_find(&look->target, look->vm, &look->table, &look->hits);
        if (verdict.status != inspect_ok || hotspot_collections(look->vm) == look->collections) {
            return verdict;
        }
        if (round == most_readings) {
            java_hits_join(&look->hits);
            return verdict;
        }
        java_hits_free(&look->hits);
    }
}

struct inspect_verdict look_read_java(struct look *look, struct owners_result *result) {
    struct inspect_verdict verdict = look_read_marks(look);
    if (verdict.status == inspect_ok) {
        verdict = find_hits(look);
    }
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    result->missed_bytes += look->hits.heap.missed_bytes;
    result->lost_pointers += look->hits.missing;
    return java_owners_make(look->vm, &look->hits, look_first_class(look), &look->classes) ? verdict : look_no_memory();
}

/* Of libraries and the JVM, or of other mappings. */
static struct inspect_verdict scan_ranges(struct look *look, struct stream *stream, bool are_mapped,
                                          struct root_list *roots) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < look->options->range_count && verdict.status == inspect_ok; index++) {
        const struct owners_range *range = &look->options->ranges[index];
        const struct memory_range memory = {range->start, range->end};
        if ((look->options->sources[range->source].kind == owner_mapped) == are_mapped) {
            verdict =
                roots_scan_around(stream, &look->table, &memory, look->holes, look->hole_count, range->source, roots);
        }
    }
    return verdict;
}

struct inspect_verdict look_scan_stacks(struct look *look, struct stream *stream) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < look->stacks.known && verdict.status == inspect_ok; index++) {
        /* malloc's arenas may lie right behind a stack, in one mapping with it. */
        verdict = roots_scan_around(stream, &look->table, &look->stacks.list[index].used, look->malloc,
                                    look->malloc_count, look_first_thread(look) + (uint32_t)index, &look->threads);
    }
    return verdict;
}

/* Chunks of arenas that were between one arena and the next are the JVM's, as they show themselves. */
void look_claim_chunks(struct look *look, const struct block_marks *marks) {
    uint32_t jvm = look_number_of_jvm(look);
    for (uint32_t block = 0; jvm != no_owner && block < marks->count; block++) {
        bool is_chunk = marks->marks[block] == mark_arena || marks->marks[block] == mark_long_arena;
        if (is_chunk && look->claims.owners[block] == no_owner) {
            look->claims.owners[block] = jvm;
        }
    }
}

/* By their headers, whoever leads to them. */
static void claim_tracked(struct look *look) {
    uint32_t jvm = look_number_of_jvm(look);
    for (uint32_t block = 0; jvm != no_owner && look->marks.tracked != NULL && block < look->marks.count; block++) {
        if (look_is_of_jvm(look, block)) {
            const struct root root = {jvm, block};
            claims_add(&look->claims, &root, 1);
        }
    }
}

/* What the dynamic linker knows of a library is its own, though the library's table of addresses begins with it. */
static void claim_link_maps(struct look *look) {
    for (uint32_t block = 0; look->options->loader != no_owner && block < look->marks.count; block++) {
        const struct root root = {look->options->loader, block};
        claims_add(&look->claims, &root, look->marks.marks[block] == mark_link_map ? 1 : 0);
    }
}

/* What nothing else leads to than words in arenas and link maps, which may lead to others of these. */
static void claim_by_words(struct look *look) {
    bool goes_on = true;
    for (unsigned round = 0; goes_on && round < most_rounds; round++) {
        for (size_t index = 0; index < look->marks.word_count; index++) {
            const struct arena_word *word = &look->marks.words[index];
            struct root root = {look->claims.owners[word->chunk], word->to};
            claims_add(&look->claims, &root, root.owner < held_back ? 1 : 0);
        }
        goes_on = look->claims.queued > 0;
        claims_follow(&look->claims);
    }
}

static void claim_by_java(struct look *look) {
    look_hold_back(look);
    claims_add(&look->claims, look->classes.exact.list, look->classes.exact.count);
    /* What objects of two classes lead to is rather of the class that has fewer: a cache, and not its many readers. */
    claims_turn(&look->claims);
    claims_add(&look->claims, look->classes.inside.list, look->classes.inside.count);
    look_let_go(look, true);
}

static void claim_all(struct look *look) {
    claim_by_java(look);
    claim_link_maps(look);
    claim_tracked(look);
    /* What Java's objects lead to is theirs, but what the JVM or a library is nearer to. */
    claims_take(&look->claims, look->globals.list, look->globals.count);
    look_let_go(look, false);
    claims_add(&look->claims, look->structures.list, look->structures.count);
    claims_add(&look->claims, look->arenas.held.list, look->arenas.held.count);
    claims_take(&look->claims, look->threads.list, look->threads.count);
    claims_take(&look->claims, look->mapped.list, look->mapped.count);
    claim_by_words(look);
    look_claim_chunks(look, &look->marks);
    claims_take(&look->claims, look->classes.dead.list, look->classes.dead.count);
}

struct inspect_verdict look_read_others(struct look *look, struct stream *stream, struct owners_result *result) {
    struct inspect_verdict verdict = scan_ranges(look, stream, false, &look->globals);
    if (verdict.status == inspect_ok) {
        verdict = scan_ranges(look, stream, true, &look->mapped);
    }
    const struct root_list *lists[] = {&look->globals, &look->threads, &look->mapped};
    for (size_t index = 0; index < sizeof lists / sizeof *lists; index++) {
        result->missed_bytes += lists[index]->missed_bytes;
        result->lost_pointers += lists[index]->missing;
    }
    return verdict.status == inspect_ok
               ? deadline_verdict(look->target.deadline, "reading memory that points to blocks")
               : verdict;
}

/* What dead objects have no more may be another dead object's next. */
struct inspect_verdict look_claim(struct look *look) {
    struct inspect_verdict verdict = inspect_good();
    bool goes_on = true;
    for (unsigned round = 0; goes_on && verdict.status == inspect_ok && round < most_dead_rounds; round++) {
        if (round > 0) {
            claims_reset(&look->claims);
        }
        if (!java_owners_root(&look->hits, &look->classes)) {
            return look_no_memory();
        }
        claim_all(look);
        goes_on = false;
        if (look->vm != NULL && round + 1 < most_dead_rounds) {
            verdict = look_find_dead(look, &goes_on);
        }
    }
    return verdict.status == inspect_ok ? look_drop_freed(look) : verdict;
}

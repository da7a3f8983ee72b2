/* SPDX-License-Identifier: MIT */
#include "look.h"

#include "climb_lives.h"
#include "climb_steady.h"
#include "way_up.h"
#include "word_list.h"

#include <stdlib.h>
#include <string.h>

enum {
    climb_rounds = 4,      /* while collections come in between */
    most_looked_at = 2048, /* objects of a climb */
    header_bytes = 24,
    tolerated_part = 20,
};

/*
 * Objects of a class that hold the address of a block of theirs, or of its inside where none has that of a block; each
 * once. NULL: there is no memory.
 */
static uint64_t *objects_of(const struct look *look, uint32_t owner, size_t *count) {
    const struct java_owner *class = &look->classes.list[owner - look_first_class(look)];
    uint64_t *objects = malloc((look->hits.count + 1) * sizeof *objects);
    size_t kept = 0;
    for (size_t index = 0; objects != NULL && index < look->hits.count; index++) {
        const struct java_hit *hit = &look->hits.list[index];
        if (hit->klass == class->klass && hit->is_exact == (class->exact_blocks > 0) &&
            look->claims.owners[hit->block] == owner) {
            objects[kept++] = hit->object;
        }
    }
    *count = words_once(objects, kept);
    return objects;
}

static bool holds_block(const struct look *look, const struct java_hit *hit) {
    uint64_t word;
    return hotspot_read(look->vm, hit->object + hit->offset, &word, sizeof word) &&
           (look->options->by_points ||
            (word >= block_start(&look->table, hit->block) && word < block_end(&look->table, hit->block)));
}

/* Whether objects of a class still hold the addresses that were found in them: some are looked at, as by
 * climb_is_steady(). */
static bool hold_blocks(const struct look *look, uint32_t owner) {
    const struct java_owner *class = &look->classes.list[owner - look_first_class(look)];
    size_t step = look->hits.count / most_looked_at + 1;
    size_t asked = 0;
    size_t gone = 0;
    for (size_t index = 0; index < look->hits.count; index += step) {
        const struct java_hit *hit = &look->hits.list[index];
        asked += hit->klass == class->klass;
        gone += hit->klass == class->klass && !holds_block(look, hit);
    }
    return gone * tolerated_part <= asked;
}

/*
 * Whether objects of a climb are still where they were found. Shenandoah moves them between its collections' beginning
 * and end, and leaves forwarded headers behind (gc/shenandoah/shenandoahForwarding.hpp). Some are looked at.
 */
static bool are_there(const struct look *look, const struct climb *climb) {
    size_t step = climb->objects.count / most_looked_at + 1;
    for (size_t index = 0; index < climb->objects.count; index += step) {
        unsigned char header[header_bytes];
        struct hotspot_object object;
        uint64_t at = climb->objects.addresses[index];
        if (!hotspot_read(look->vm, at, header, sizeof header) ||
            !hotspot_object_at(look->vm, header, at, sizeof header, at, &object)) {
            return false;
        }
    }
    return true;
}

static bool has_moved(const struct look *look) {
    return hotspot_collections(look->vm) != look->collections;
}

/* *is_proved: something holds nearly all of the objects, though a collection has come meanwhile. */
static struct inspect_verdict climb_from(struct look *look, const struct holder_roots *roots,
                                         const struct root_words *words, uint32_t owner, bool *is_proved,
                                         struct owners_result *result) {
    size_t count;
    uint64_t *objects = objects_of(look, owner, &count);
    struct climb climb;
    if (objects == NULL || !climb_begin(&look->target, look->vm, words, objects, count, &climb)) {
        free(objects);
        return look_no_memory();
    }
    free(objects);
    struct inspect_verdict verdict = climb_up(&climb, owner, result);
    struct owner_climb *told = &result->climbs[result->climb_count];
    *told = (struct owner_climb){owner, climb.base_count, 0, 0, climb.level, climb.is_short || words->missing > 0};
    if (verdict.status == inspect_ok &&
        !(holder_roots_tell(roots, &climb, owner, result) && climb_count(&climb, &told->rooted, &told->waiting) &&
          way_up_tell(roots, &climb, owner, result))) {
        verdict = look_no_memory();
    }
    told->is_cut |= hotspot_collector_of(look->vm) == hotspot_shenandoah && !are_there(look, &climb);
    *is_proved = has_moved(look) && !told->is_cut && (told->objects - told->rooted) * tolerated_part <= told->objects &&
                 hold_blocks(look, owner) && climb_is_steady(&climb);
    result->climb_count += verdict.status == inspect_ok;
    climb_free(&climb);
    return verdict;
}

/* Of the classes that were not followed yet the one with most bytes; no_owner: none. */
static uint32_t largest_class(const struct look *look, const struct owners_result *result) {
    uint32_t largest = no_owner;
    for (uint32_t owner = look_first_class(look); owner < look_number_of_freed(look); owner++) {
        bool is_done = false;
        for (size_t index = 0; index < result->climb_count; index++) {
            is_done |= result->climbs[index].owner == owner;
        }
        if (!is_done && look->owners[owner].direct_blocks > 0 && look->owners[owner].objects > 0 &&
            (largest == no_owner || look->owners[owner].bytes > look->owners[largest].bytes)) {
            largest = owner;
        }
    }
    return largest;
}

struct holder_roots look_holder_roots(const struct look *look, const uint64_t *may_be_jvms) {
    return (struct holder_roots){&look->target,      look->options->by_points ? NULL : &look->table,
                                 &look->claims,      look->owners,
                                 look->owner_count,  look_first_thread(look),
                                 &look->stacks,      look->malloc,
                                 look->malloc_count, may_be_jvms};
}

/* Where the objects are now. Of other allocators than glibc's the addresses would have other numbers. */
static struct inspect_verdict find_again(struct look *look) {
    struct java_hits hits;
    uint64_t collections = hotspot_collections(look->vm);
    struct inspect_verdict verdict = java_hits_find(&look->target, look->vm, &look->table, &hits);
    if (verdict.status == inspect_ok) {
        java_hits_free(&look->hits);
        look->hits = hits;
        look->collections = collections;
    }
    return verdict;
}

/*
 * Of two climbs of one class the one that found more to be held, or the last. `first`: the earlier one's holders,
 * `second`: the later one's.
 */
static void keep_one(struct owners_result *result, size_t climb, size_t first, size_t second, bool is_last_right) {
    const struct owner_climb *before = &result->climbs[climb];
    const struct owner_climb *after = &result->climbs[climb + 1];
    if (result->climb_count < climb + 2) {
        return;
    }
    result->climb_count = climb + 1;
    if (!is_last_right && after->rooted * before->objects < before->rooted * after->objects) {
        result->holder_count = second;
        return;
    }
    memmove(result->holders + first, result->holders + second,
            (result->holder_count - second) * sizeof *result->holders);
    result->holder_count -= second - first;
    result->climbs[climb] = *after;
}

/*
 * A collection that comes meanwhile moves the objects, and nothing leads to where they were. So it begins anew, unless
 * nearly all were found to be held nevertheless. Where one comes each time, nothing is told of the others.
 */
static struct inspect_verdict climb_steadily(struct look *look, const struct holder_roots *roots,
                                             struct root_words *words, uint32_t owner, struct owners_result *result) {
    const size_t first = result->holder_count;
    const size_t climb = result->climb_count;
    bool is_proved = false;
    struct inspect_verdict verdict = inspect_good();
    for (unsigned round = 0; round < climb_rounds && !is_proved && verdict.status == inspect_ok; round++) {
        const size_t second = result->holder_count;
        bool is_old = has_moved(look) && !look->options->by_points;
        verdict = is_old ? find_again(look) : verdict;
        if (verdict.status == inspect_ok && (is_old || round > 0)) {
            root_words_free(words);
            verdict = holder_roots_collect(roots, look->vm, words);
        }
        if (verdict.status == inspect_ok) {
            verdict = climb_from(look, roots, words, owner, &is_proved, result);
        }
        if (verdict.status != inspect_ok) {
            result->holder_count = second; /* what was found of a climb that came to no end */
            break;
        }
        bool is_still = !has_moved(look);
        keep_one(result, climb, first, second, is_still || is_proved);
        if (is_still) {
            return verdict;
        }
    }
    if (result->climb_count > climb && result->climbs[climb].rooted < result->climbs[climb].objects) {
        result->climbs[climb].is_cut = true;
    }
    return verdict;
}

/* Of the classes with most bytes. */
struct inspect_verdict look_climb(struct look *look, struct owners_result *result) {
    const struct holder_roots roots = look_holder_roots(look, NULL);
    struct root_words words = {0};
    struct inspect_verdict verdict = inspect_good();
    result->climbs = calloc(look->options->climbs + 1, sizeof *result->climbs);
    if (result->climbs == NULL) {
        return look_no_memory();
    }
    if (look->options->climbs > 0) {
        verdict = holder_roots_collect(&roots, look->vm, &words);
    }
    for (uint32_t round = 0; round < look->options->climbs && verdict.status == inspect_ok; round++) {
        uint32_t largest = largest_class(look, result);
        if (largest == no_owner) {
            break;
        }
        verdict = climb_steadily(look, &roots, &words, largest, result);
    }
    root_words_free(&words);
    return verdict;
}

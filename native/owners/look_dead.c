/* SPDX-License-Identifier: MIT */
#include "climb_lives.h"
#include "climb_marks.h"
#include "dispute.h"
#include "look.h"
#include "word_list.h"

#include <stdlib.h>
#include <string.h>

/*
 * A dead object that waits for its collection may hold an address that was freed and is another's by now. Whether an
 * object lives costs a reading of the Java heap a level. So it is asked only where a class has much that somebody else
 * leads to as well.
 */
enum {
    share_that_matters = 100, /* of all blocks' bytes, one part in so many */
    highest_level = 8,        /* of what holds an object; what is not decided there lives */
    percent_of_time = 25,     /* of what is left */
};

/* Bytes of each owner's blocks that are disputed; of all blocks, at its end. NULL: there is no memory. */
static uint64_t *weigh(const struct look *look, const struct dispute *dispute) {
    uint32_t first = look_first_class(look);
    uint64_t *bytes = calloc(look->classes.count + 1, sizeof *bytes);
    for (uint32_t block = 0; bytes != NULL && block < look->claims.count; block++) {
        uint64_t size = block_list_bytes(&look->inspection.blocks, block);
        bytes[look->classes.count] += size;
        if (dispute_has(dispute, block)) {
            bytes[look->claims.owners[block] - first] += size;
        }
    }
    return bytes;
}

/* Much of what the hit's class has is disputed. */
static bool is_of_suspect(const struct look *look, const uint64_t *bytes, const struct java_hit *hit) {
    uint32_t class = look->classes.numbers[hit->klass] - look_first_class(look);
    return bytes[class] > bytes[look->classes.count] / share_that_matters;
}

static bool is_worth_it(const struct look *look, const uint64_t *bytes) {
    for (size_t index = 0; index < look->hits.count; index++) {
        if (!look->hits.list[index].is_asked && is_of_suspect(look, bytes, &look->hits.list[index])) {
            return true;
        }
    }
    return false;
}

/*
 * Objects that hold an address of a disputed block, and of a block that an object of such a class has: it may be that
 * only another class's tells that the address is good. Each once, in order; their hits count as asked from now on.
 * NULL: there is no memory.
 */
static uint64_t *ask(struct look *look, const struct dispute *dispute, const uint64_t *bytes, size_t *count) {
    size_t words = look->claims.count / 64 + 1;
    uint64_t *objects = malloc((look->hits.count + 1) * sizeof *objects);
    uint64_t *blocks = malloc(words * sizeof *blocks);
    size_t asked = 0;
    if (objects == NULL || blocks == NULL) {
        free(objects);
        free(blocks);
        return NULL;
    }
    memcpy(blocks, dispute->are_disputed, words * sizeof *blocks);
    for (size_t index = 0; index < look->hits.count; index++) {
        uint32_t block = look->hits.list[index].block;
        blocks[block / 64] |= (uint64_t)is_of_suspect(look, bytes, &look->hits.list[index]) << (block % 64);
    }
    for (size_t index = 0; index < look->hits.count; index++) {
        struct java_hit *hit = &look->hits.list[index];
        if (!hit->is_asked && (blocks[hit->block / 64] >> (hit->block % 64) & 1) != 0) {
            hit->is_asked = true;
            objects[asked++] = hit->object;
        }
    }
    free(blocks);
    *count = words_once(objects, asked);
    return objects;
}

/*
 * What an object holds that waits for its Cleaner was not freed yet: no other object's word of it is left over.
 * False: there is no memory.
 */
static bool mark_hits(struct look *look, const struct climb *climb, const enum object_life *lives, bool *found) {
    uint64_t *are_true = calloc(look->claims.count / 64 + 1, sizeof *are_true);
    for (unsigned pass = 0; are_true != NULL && pass < 2; pass++) {
        for (size_t index = 0; index < look->hits.count; index++) {
            struct java_hit *hit = &look->hits.list[index];
            uint32_t object = hit->is_asked ? object_set_find(&climb->objects, hit->object) : no_object;
            if (object >= climb->base_count) {
                continue;
            }
            uint64_t bit = UINT64_C(1) << (hit->block % 64);
            if (pass == 0) {
                are_true[hit->block / 64] |= lives[object] == object_waits ? bit : 0;
            } else if (lives[object] == object_dead && (are_true[hit->block / 64] & bit) == 0) {
                *found |= !hit->is_dead;
                hit->is_dead = true;
            }
        }
    }
    free(are_true);
    return are_true != NULL;
}

/* Whether they live. Where that is not known for want of room, or since a collection has moved them, they do. */
static struct inspect_verdict climb_from(struct look *look, const struct root_words *words, const uint64_t *objects,
                                         size_t count, bool *found) {
    struct climb climb;
    struct inspect_verdict verdict = inspect_good();
    if (!climb_begin(&look->target, look->vm, words, objects, count, &climb)) {
        return look_no_memory();
    }
    climb.only_lives = true;
    climb.highest = highest_level;
    verdict = climb_up(&climb, no_owner, NULL);
    bool has_moved = hotspot_collections(look->vm) != look->collections;
    if (verdict.status == inspect_ok && !climb.is_short && words->missing == 0 && !has_moved) {
        enum object_life *lives = calloc(climb.base_count + 1, sizeof *lives);
        bool is_good = lives != NULL && climb_trust_unseen(&climb);
        if (is_good) {
            climb_tell_lives(&climb, lives);
            is_good = mark_hits(look, &climb, lives, found);
        }
        free(lives);
        verdict = is_good ? verdict : look_no_memory();
    }
    climb_free(&climb);
    return verdict;
}

static struct inspect_verdict decide(struct look *look, const struct dispute *dispute, const uint64_t *bytes,
                                     bool *found) {
    size_t count;
    uint64_t *objects = look_name_owners(look) ? ask(look, dispute, bytes, &count) : NULL;
    if (objects == NULL) {
        return look_no_memory();
    }
    const struct holder_roots roots = look_holder_roots(look, dispute->are_disputed);
    struct root_words words = {0};
    struct inspect_verdict verdict = holder_roots_collect(&roots, look->vm, &words);
    if (verdict.status == inspect_ok) {
        verdict = climb_from(look, &words, objects, count, found);
    }
    root_words_free(&words);
    free(objects);
    return verdict;
}

/* Who owns the blocks is known without it, if less well: it may not take the time for that. */
static struct inspect_verdict decide_in_time(struct look *look, const struct dispute *dispute, const uint64_t *bytes,
                                             bool *found) {
    const struct deadline *whole = look->target.deadline;
    struct cpu_limit cpu;
    const struct deadline part = deadline_in_part(whole, percent_of_time, &cpu);
    look->target.deadline = &part;
    struct inspect_verdict verdict = decide(look, dispute, bytes, found);
    look->target.deadline = whole;
    return verdict.status == inspect_deadline ? inspect_good() : verdict;
}

/*
 * Objects of zlib forget their address as they are ended, by end(), a finalizer or a Cleaner (java/util/zip:
 * ZStreamRef.clear() in JDK 8, InflaterZStreamRef.run() and DeflaterZStreamRef.run() later). One that they have is
 * good, whether they live or not: in JDK 8, where finalizers end them, no Cleaner tells that.
 */
static bool forgets_address(const char *class_name) {
    static const char *const names[] = {"java.util.zip.ZStreamRef", "java.util.zip.Inflater$InflaterZStreamRef",
                                        "java.util.zip.Deflater$DeflaterZStreamRef"};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        if (strcmp(class_name, names[index]) == 0) {
            return true;
        }
    }
    return false;
}

static void trust_forgetful(struct look *look) {
    for (size_t index = 0; index < look->hits.count; index++) {
        struct java_hit *hit = &look->hits.list[index];
        hit->is_asked |= forgets_address(hotspot_class(look->vm, hit->klass)->name);
    }
}

struct inspect_verdict look_find_dead(struct look *look, bool *found) {
    struct dispute dispute;
    struct inspect_verdict verdict = inspect_good();
    *found = false;
    trust_forgetful(look);
    if (!dispute_begin(&look->claims, &look->classes, &dispute)) {
        return look_no_memory();
    }
    const struct root_list *lists[] = {&look->classes.exact, &look->classes.inside, &look->globals,
                                       &look->structures,    &look->threads,        &look->mapped};
    for (size_t index = 0; index < sizeof lists / sizeof *lists; index++) {
        dispute_add(&dispute, lists[index]);
    }
    dispute_follow(&dispute);
    uint64_t *bytes = weigh(look, &dispute);
    if (bytes == NULL) {
        verdict = look_no_memory();
    } else if (is_worth_it(look, bytes)) {
        verdict = decide_in_time(look, &dispute, bytes, found);
    }
    free(bytes);
    dispute_free(&dispute);
    return verdict;
}

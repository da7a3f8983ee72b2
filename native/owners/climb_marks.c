/* SPDX-License-Identifier: MIT */
#include "climb_marks.h"

#include <stdlib.h>
#include <string.h>

enum { near_levels = 6 };

static bool widen_one(uint64_t **bits, size_t from, size_t to) {
    uint64_t *larger = realloc(*bits, to * sizeof *larger);
    if (larger != NULL) {
        *bits = larger;
        memset(larger + from, 0, (to - from) * sizeof *larger);
    }
    return larger != NULL;
}

/* As many bits as there are objects; what was marked before stays. */
static bool widen(struct climb *climb) {
    size_t from = climb->bit_words;
    size_t to = climb->objects.count / 64 + 1;
    bool is_good = widen_one(&climb->are_rooted, from, to) && widen_one(&climb->are_static, from, to) &&
                   widen_one(&climb->are_sought, from, to);
    climb->bit_words = is_good ? to : from;
    return is_good;
}

static int by_holder(const void *left, const void *right) {
    const struct keeping *one = left;
    const struct keeping *other = right;
    return (one->holder > other->holder) - (one->holder < other->holder);
}

size_t climb_kept_from(const struct climb *climb, uint32_t holder) {
    size_t from = 0;
    size_t to = climb->kept_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (climb->kept[middle].holder < holder) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* What an object that is marked keeps is marked. */
static bool spread(struct climb *climb, uint64_t *bits) {
    uint32_t *queue = malloc((climb->objects.count + 1) * sizeof *queue);
    size_t end = 0;
    if (queue == NULL) {
        return false;
    }
    if (climb->kept_count > 0) {
        qsort(climb->kept, climb->kept_count, sizeof *climb->kept, by_holder);
    }
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        if (climb_has_bit(bits, object)) {
            queue[end++] = object;
        }
    }
    for (size_t at = 0; at < end; at++) {
        for (size_t index = climb_kept_from(climb, queue[at]);
             index < climb->kept_count && climb->kept[index].holder == queue[at]; index++) {
            uint32_t held = climb->kept[index].held;
            if (!climb_has_bit(bits, held)) {
                climb_set_bit(bits, held);
                queue[end++] = held;
            }
        }
    }
    free(queue);
    return true;
}

/* Of the new objects those that are not known to be held are sought next. */
bool climb_choose(struct climb *climb, size_t before) {
    if (!widen(climb)) {
        return false;
    }
    for (size_t index = 0; index < climb->found_count; index++) {
        if (climb->found[index].kind == holder_static) {
            climb_set_bit(climb->are_rooted, climb->found[index].held);
            climb_set_bit(climb->are_static, climb->found[index].held);
        }
    }
    for (uint32_t object = (uint32_t)before; object < climb->objects.count; object++) {
        if (root_words_has(climb->roots, climb->objects.addresses[object])) {
            climb_set_bit(climb->are_rooted, object);
        }
    }
    if (!spread(climb, climb->are_rooted) || !spread(climb, climb->are_static)) {
        return false;
    }
    memset(climb->are_sought, 0, climb->bit_words * sizeof *climb->are_sought);
    for (uint32_t object = (uint32_t)before; object < climb->objects.count; object++) {
        /*
         * Of the base, those that are held may be a Cleaner's all the same. A static field tells people more than the
         * stack of a thread that passes by: it is looked for above what a thread holds, if it is near.
         */
        bool is_near = climb->level < near_levels && !climb_has_bit(climb->are_static, object);
        bool tells_more = !climb->only_lives && (object < climb->base_count || is_near);
        if (tells_more || !climb_has_bit(climb->are_rooted, object)) {
            climb_set_bit(climb->are_sought, object);
        }
    }
    return true;
}

bool climb_seeks(const struct climb *climb) {
    for (size_t word = 0; word < climb->bit_words; word++) {
        if (climb->are_sought[word] != 0) {
            return true;
        }
    }
    return false;
}

bool climb_trust_unseen(struct climb *climb) {
    for (size_t word = 0; word < climb->bit_words; word++) {
        climb->are_rooted[word] |= climb->are_sought[word];
    }
    return spread(climb, climb->are_rooted);
}

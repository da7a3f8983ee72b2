/* SPDX-License-Identifier: MIT */
#include "way_up.h"

#include "climb_marks.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t far = UINT32_MAX;

struct way {
    const struct holder_roots *roots;
    const struct climb *climb;
    struct owners_result *result;
    uint32_t owner;
    uint32_t *distances; /* of each object from what holds it from outside of the heap; far: nothing does */
    uint64_t *here;      /* a bit for each object: it is of the present step */
    uint32_t *queue;
    struct holding *found; /* room for all references */
    bool to_static;        /* to static fields alone */
    uint32_t steps;
};

static uint32_t count_base(const struct climb *climb, const uint64_t *bits) {
    uint32_t count = 0;
    for (uint32_t object = 0; object < climb->base_count; object++) {
        count += climb_has_bit(bits, object);
    }
    return count;
}

static void way_free(struct way *way) {
    free(way->distances);
    free(way->here);
    free(way->queue);
    free(way->found);
}

static bool way_begin(struct way *way) {
    const struct climb *climb = way->climb;
    size_t references = climb->kept_count > climb->static_count ? climb->kept_count : climb->static_count;
    way->distances = malloc((climb->objects.count + 1) * sizeof *way->distances);
    way->here = calloc(climb->bit_words + 1, sizeof *way->here);
    way->queue = malloc((climb->objects.count + 1) * sizeof *way->queue);
    way->found = malloc((references + 1) * sizeof *way->found);
    if (way->distances == NULL || way->here == NULL || way->queue == NULL || way->found == NULL) {
        return false;
    }
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        way->distances[object] = far;
    }
    for (uint32_t object = 0; object < climb->base_count; object++) {
        climb_set_bit(way->here, object);
    }
    return true;
}

static void reach(struct way *way, uint32_t object, uint32_t distance, size_t *end) {
    if (way->distances[object] == far) {
        way->distances[object] = distance;
        way->queue[(*end)++] = object;
    }
}

/* Downward from what is held from outside, the nearest first. */
static void measure(struct way *way) {
    const struct climb *climb = way->climb;
    size_t end = 0;
    for (size_t index = 0; index < climb->static_count; index++) {
        reach(way, climb->statics[index].held, 0, &end);
    }
    for (uint32_t object = 0; !way->to_static && object < climb->objects.count; object++) {
        if (root_words_has(climb->roots, climb->objects.addresses[object])) {
            reach(way, object, 0, &end);
        }
    }
    for (size_t at = 0; at < end; at++) {
        uint32_t holder = way->queue[at];
        for (size_t index = climb_kept_from(climb, holder);
             index < climb->kept_count && climb->kept[index].holder == holder; index++) {
            reach(way, climb->kept[index].held, way->distances[holder] + 1, &end);
        }
    }
}

/* References that lead nearer to the outside. */
static size_t references_up(struct way *way) {
    size_t count = 0;
    for (size_t index = 0; index < way->climb->kept_count; index++) {
        const struct keeping *kept = &way->climb->kept[index];
        if (climb_has_bit(way->here, kept->held) && way->distances[kept->holder] < way->distances[kept->held]) {
            way->found[count++] = (struct holding){kept->holder, kept->held, kept->klass, kept->offset, holder_strong};
        }
    }
    return count;
}

static size_t references_of_statics(struct way *way) {
    size_t count = 0;
    for (size_t index = 0; index < way->climb->static_count; index++) {
        const struct holding *of = &way->climb->statics[index];
        if (climb_has_bit(way->here, of->held)) {
            way->found[count++] = *of;
        }
    }
    return count;
}

/* How many of the present step something holds from outside. */
static uint64_t count_outside(const struct way *way) {
    uint64_t count = 0;
    for (uint32_t object = 0; object < way->climb->objects.count; object++) {
        count += climb_has_bit(way->here, object) && way->distances[object] == 0;
    }
    return count;
}

/* The holders of the group are the next step. Holders within the heap stand in it by number until here. */
static void step_onto(struct way *way, struct holding_group *group) {
    const struct climb *climb = way->climb;
    memset(way->here, 0, (climb->bit_words + 1) * sizeof *way->here);
    for (size_t index = 0; index < group->count; index++) {
        climb_set_bit(way->here, (uint32_t)group->list[index].holder);
        group->list[index].holder = climb->objects.addresses[group->list[index].holder];
    }
}

static bool tell(struct way *way, const struct holding_group *group) {
    struct holder_group *told =
        holder_groups_add_one(way->climb->target, way->climb->vm, group, way->owner, way->result);
    if (told != NULL) {
        told->level = ++way->steps;
        told->is_way = true;
    }
    return told != NULL;
}

/* The thread on whose stack most of the present step are, or the JVM. */
static bool tell_outside(struct way *way) {
    const struct climb *climb = way->climb;
    size_t most = way->roots->stacks->count;
    uint64_t *held = calloc(most + 1, sizeof *held);
    if (held == NULL) {
        return false;
    }
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        uint64_t address = climb->objects.addresses[object];
        for (size_t at = climb_has_bit(way->here, object) ? root_words_from(climb->roots, address) : SIZE_MAX;
             at < climb->roots->count && climb->roots->list[at].address == address; at++) {
            uint32_t stack = climb->roots->list[at].stack;
            held[stack == root_of_jvm ? way->roots->stacks->count : stack]++;
        }
    }
    for (size_t stack = 0; stack < way->roots->stacks->count; stack++) {
        most = held[stack] > held[most] ? stack : most;
    }
    bool is_good = held[most] == 0 || holder_roots_tell_one(way->roots, most, held[most], way->owner, way->result);
    if (is_good && held[most] > 0) {
        way->result->holders[way->result->holder_count - 1].is_way = true;
    }
    free(held);
    return is_good;
}

static bool climb_way(struct way *way) {
    for (;;) {
        struct holding_group up;
        if (!holder_groups_most(way->found, references_up(way), &up)) {
            return false;
        }
        if (count_outside(way) >= up.held) {
            break;
        }
        step_onto(way, &up);
        if (!tell(way, &up)) {
            return false;
        }
    }
    struct holding_group of_static;
    if (!holder_groups_most(way->found, references_of_statics(way), &of_static)) {
        return false;
    }
    return of_static.count > 0 ? tell(way, &of_static) : tell_outside(way);
}

bool way_up_tell(const struct holder_roots *roots, const struct climb *climb, uint32_t owner,
                 struct owners_result *result) {
    uint32_t rooted = count_base(climb, climb->are_rooted);
    if (rooted == 0 || rooted < climb->base_count / 2) {
        return true;
    }
    struct way way = {.roots = roots, .climb = climb, .result = result, .owner = owner};
    way.to_static = count_base(climb, climb->are_static) >= rooted / 2;
    bool is_good = way_begin(&way);
    if (is_good) {
        measure(&way);
        is_good = climb_way(&way);
    }
    way_free(&way);
    return is_good;
}

/* SPDX-License-Identifier: MIT */
#include "holder_roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { threads_told = 16 };

struct search {
    const struct holder_roots *roots;
    struct climb *climb;
    struct hotspot_oops oops;
    bool is_coloured;
    uint64_t held; /* by this thread, or the JVM: words */
};

static void look(struct search *search, uint64_t address) {
    uint32_t object = object_set_find(&search->climb->objects, address);
    if (object != no_object) {
        climb_root(search->climb, object);
        search->held++;
    }
}

static void look_at_word(struct search *search, uint64_t word) {
    look(search, word);
    if (search->is_coloured) {
        look(search, hotspot_oop_address(search->climb->vm, word));
    }
}

/* Compiled code keeps references as the heap does, in half a word. */
static bool take_stack(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct search *search = to;
    (void)from;
    for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        look_at_word(search, word);
        if (search->oops.width == sizeof(uint32_t)) {
            look(search, search->oops.base + ((word & UINT32_MAX) << search->oops.shift));
            look(search, search->oops.base + ((word >> 32) << search->oops.shift));
        }
    }
    return true;
}

static bool is_jvms(const struct holder_roots *roots, uint64_t address) {
    uint32_t block = block_table_at(roots->table, address);
    uint32_t owner = block == no_block ? no_owner : roots->claims->owners[block];
    if (owner >= roots->owner_count) {
        return false;
    }
    enum owner_kind kind = roots->owners[owner].kind;
    return kind == owner_jvm || kind == owner_thread || kind == owner_mapped;
}

static bool take_blocks(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct search *search = to;
    for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        uint64_t address = search->is_coloured ? hotspot_oop_address(search->climb->vm, word) : word;
        if ((object_set_may_have(&search->climb->objects, word) ||
             object_set_may_have(&search->climb->objects, address)) &&
            is_jvms(search->roots, from + at)) {
            look_at_word(search, word);
        }
    }
    return true;
}

/* One that holds many is told; of the others the climb knows. */
static bool tell_thread(const struct search *search, const struct thread_stack *stack, size_t index, uint32_t owner,
                        size_t *told, struct owners_result *result) {
    const char *name = search->roots->owners[search->roots->first_thread + index].name;
    return search->held == 0 || ++*told > threads_told ||
           holder_groups_add_root(owner, holder_thread, name[0] == '\0' ? stack->name : name, search->held, result);
}

struct inspect_verdict holder_roots_find(const struct holder_roots *roots, struct climb *climb, uint32_t owner,
                                         struct owners_result *result) {
    struct search search = {.roots = roots, .climb = climb, .oops = hotspot_oops_of(climb->vm)};
    struct stream stream;
    struct inspect_verdict verdict = inspect_good();
    size_t told = 0;
    search.is_coloured = hotspot_collector_of(climb->vm) == hotspot_z;
    if (!stream_open(roots->target, &stream)) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t index = 0; index < roots->stacks->known && verdict.status == inspect_ok; index++) {
        const struct thread_stack *stack = &roots->stacks->list[index];
        search.held = 0;
        verdict = stream_read(&stream, &stack->used, 1, take_stack, &search);
        if (verdict.status == inspect_ok && !tell_thread(&search, stack, index, owner, &told, result)) {
            verdict = inspect_failure("memory", ENOMEM);
        }
    }
    search.held = 0;
    if (verdict.status == inspect_ok) {
        verdict = stream_read(&stream, roots->malloc, roots->malloc_count, take_blocks, &search);
    }
    if (verdict.status == inspect_ok && search.held > 0 &&
        !holder_groups_add_root(owner, holder_jvm, "", search.held, result)) {
        verdict = inspect_failure("memory", ENOMEM);
    }
    stream_close(&stream);
    return verdict.status == inspect_ok ? deadline_verdict(roots->target->deadline, "finding who holds Java objects")
                                        : verdict;
}

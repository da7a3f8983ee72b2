/* SPDX-License-Identifier: MIT */
#include "holder_roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { threads_told = 16 };

struct collection {
    const struct holder_roots *roots;
    struct hotspot *vm;
    struct root_words *words;
    struct hotspot_oops oops;
    bool is_coloured;
    uint32_t stack; /* that is read */
    uint64_t first; /* bounds of the heap */
    uint64_t end;
};

static bool is_in_heap(const struct collection *collection, uint64_t address) {
    return address - collection->first < collection->end - collection->first && address % sizeof(uint64_t) == 0;
}

static void add(struct collection *collection, uint64_t address) {
    if (is_in_heap(collection, address)) {
        root_words_add(collection->words, address, collection->stack);
    }
}

static void add_word(struct collection *collection, uint64_t word) {
    add(collection, word);
    if (collection->is_coloured) {
        add(collection, hotspot_oop_address(collection->vm, word));
    }
}

/* Compiled code keeps references as the heap does, in half a word. */
static bool take_stack(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct collection *collection = to;
    (void)from;
    for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        add_word(collection, word);
        if (collection->oops.width == sizeof(uint32_t)) {
            add(collection, collection->oops.base + ((word & UINT32_MAX) << collection->oops.shift));
            add(collection, collection->oops.base + ((word >> 32) << collection->oops.shift));
        }
    }
    return true;
}

static bool is_jvms(const struct holder_roots *roots, uint64_t address) {
    if (roots->table == NULL) {
        return true;
    }
    uint32_t block = block_table_at(roots->table, address);
    uint32_t owner = block == no_block ? no_owner : roots->claims->owners[block];
    if (owner >= roots->owner_count) {
        return false;
    }
    if (roots->may_be_jvms != NULL && (roots->may_be_jvms[block / 64] >> (block % 64) & 1) != 0) {
        return true;
    }
    enum owner_kind kind = roots->owners[owner].kind;
    return kind == owner_jvm || kind == owner_thread || kind == owner_mapped;
}

static bool take_blocks(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct collection *collection = to;
    for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        uint64_t address = collection->is_coloured ? hotspot_oop_address(collection->vm, word) : word;
        if ((is_in_heap(collection, word) || is_in_heap(collection, address)) &&
            is_jvms(collection->roots, from + at)) {
            add_word(collection, word);
        }
    }
    return true;
}

static void find_bounds(struct collection *collection) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t count = hotspot_reserved(collection->vm, reserved, hotspot_reserved_most);
    collection->first = UINT64_MAX;
    for (size_t index = 0; index < count; index++) {
        collection->first = reserved[index].bottom < collection->first ? reserved[index].bottom : collection->first;
        collection->end = reserved[index].top > collection->end ? reserved[index].top : collection->end;
    }
    collection->first = collection->first > collection->end ? collection->end : collection->first;
}

struct inspect_verdict holder_roots_collect(const struct holder_roots *roots, struct hotspot *vm,
                                            struct root_words *words) {
    struct collection collection = {.roots = roots, .vm = vm, .words = words, .oops = hotspot_oops_of(vm)};
    struct stream stream;
    struct inspect_verdict verdict = inspect_good();
    memset(words, 0, sizeof *words);
    collection.is_coloured = hotspot_collector_of(vm) == hotspot_z;
    find_bounds(&collection);
    if (!stream_open(roots->target, &stream)) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t index = 0; index < roots->stacks->known && verdict.status == inspect_ok; index++) {
        collection.stack = (uint32_t)index;
        verdict = stream_read(&stream, &roots->stacks->list[index].used, 1, take_stack, &collection);
    }
    collection.stack = root_of_jvm;
    if (verdict.status == inspect_ok) {
        verdict = stream_read(&stream, roots->malloc, roots->malloc_count, take_blocks, &collection);
    }
    stream_close(&stream);
    root_words_sort(words);
    return verdict.status == inspect_ok ? deadline_verdict(roots->target->deadline, "finding who holds Java objects")
                                        : verdict;
}

static bool tell_thread(const struct holder_roots *roots, size_t stack, uint64_t held, uint32_t owner,
                        struct owners_result *result) {
    const char *name = roots->owners[roots->first_thread + stack].name;
    return holder_groups_add_root(owner, holder_thread, name[0] == '\0' ? roots->stacks->list[stack].name : name, held,
                                  result);
}

bool holder_roots_tell_one(const struct holder_roots *roots, size_t stack, uint64_t held, uint32_t owner,
                           struct owners_result *result) {
    return stack < roots->stacks->count ? tell_thread(roots, stack, held, owner, result)
                                        : holder_groups_add_root(owner, holder_jvm, "", held, result);
}

bool holder_roots_tell(const struct holder_roots *roots, const struct climb *climb, uint32_t owner,
                       struct owners_result *result) {
    uint64_t *held = calloc(roots->stacks->count + 1, sizeof *held);
    uint64_t by_jvm = 0;
    size_t told = 0;
    bool is_good = held != NULL;
    for (uint32_t object = 0; is_good && object < climb->objects.count; object++) {
        uint64_t address = climb->objects.addresses[object];
        const struct root_words *words = climb->roots;
        for (size_t at = root_words_from(words, address); at < words->count && words->list[at].address == address;
             at++) {
            uint32_t stack = words->list[at].stack;
            by_jvm += stack == root_of_jvm;
            held[stack == root_of_jvm ? roots->stacks->count : stack]++;
        }
    }
    for (size_t stack = 0; is_good && stack < roots->stacks->known && told < threads_told; stack++) {
        if (held[stack] > 0) {
            is_good = tell_thread(roots, stack, held[stack], owner, result);
            told++;
        }
    }
    is_good = is_good && (by_jvm == 0 || holder_groups_add_root(owner, holder_jvm, "", by_jvm, result));
    free(held);
    return is_good;
}

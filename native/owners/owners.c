/* SPDX-License-Identifier: MIT */
#include "owners.h"

#include "block_marks.h"
#include "holder_roots.h"
#include "java_owners.h"
#include "owner_sums.h"
#include "thread_arenas.h"
#include "thread_stacks.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Without a budget of the caller's: ten minutes of processor time. */
enum { longest_ms = 10 * 60 * 1000, ns_a_ms = 1000000 };

/* A second look at malloc's heaps costs as much as the first: for more than this share of nobody's it is worth it. */
enum { share_to_check = 1000, first_with_canary = 17, most_rounds = 64 };

/*
 * What one look holds while it is made. Owners are numbered: sources, then threads, then classes, then what was freed
 * meanwhile, then nobody.
 */
struct look {
    const struct owners_options *options;
    struct target target;
    struct inspection inspection;
    struct block_table table;
    struct memory_range *malloc; /* where malloc's memory lies, in order of address */
    size_t malloc_count;
    struct block_graph graph;
    struct block_marks marks; /* of a JVM's blocks */
    struct claims claims;
    struct type_names names;
    struct hotspot *vm;
    struct java_hits hits;
    struct java_owners classes;
    struct thread_stacks stacks;
    struct hotspot_thread *jvm_threads;
    size_t jvm_thread_count;
    struct memory_range *holes; /* malloc's memory and stacks, which are read apart */
    size_t hole_count;
    struct root_list globals;
    struct root_list mapped;
    struct root_list threads;
    struct root_list structures; /* the JVM's, of its threads */
    struct thread_arenas arenas;
    struct owner *owners;
    size_t owner_count;
};

static uint32_t first_thread(const struct look *look) {
    return (uint32_t)look->options->source_count;
}

static uint32_t first_class(const struct look *look) {
    return first_thread(look) + (uint32_t)look->stacks.count;
}

static int by_start(const void *left, const void *right) {
    const struct memory_range *one = left;
    const struct memory_range *other = right;
    return (one->start > other->start) - (one->start < other->start);
}

/* In order, joined where they overlap. */
static size_t join(struct memory_range *ranges, size_t count) {
    size_t kept = 0;
    if (count > 0) {
        qsort(ranges, count, sizeof *ranges, by_start);
    }
    for (size_t index = 0; index < count; index++) {
        if (kept > 0 && ranges[index].start <= ranges[kept - 1].end) {
            uint64_t end = ranges[index].end;
            ranges[kept - 1].end = end > ranges[kept - 1].end ? end : ranges[kept - 1].end;
        } else {
            ranges[kept++] = ranges[index];
        }
    }
    return kept;
}

/* malloc's memory, without what is reserved behind it and holds no block. */
static bool find_ranges(struct look *look) {
    look->malloc = malloc((look->inspection.range_count + 1) * sizeof *look->malloc);
    for (size_t index = 0; look->malloc != NULL && index < look->inspection.range_count; index++) {
        const struct inspect_range *range = &look->inspection.ranges[index];
        look->malloc[look->malloc_count++] = (struct memory_range){range->start, range->end};
    }
    if (look->malloc != NULL) {
        look->malloc_count = join(look->malloc, look->malloc_count);
    }
    return look->malloc != NULL;
}

/* What is not read as memory that somebody has mapped: blocks, stacks, the Java heap. */
static bool find_holes(struct look *look) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t reserved_count = look->vm == NULL ? 0 : hotspot_reserved(look->vm, reserved, hotspot_reserved_most);
    size_t most = look->malloc_count + look->stacks.known + reserved_count + 1;
    look->holes = malloc(most * sizeof *look->holes);
    if (look->holes == NULL) {
        return false;
    }
    size_t count = look->malloc_count;
    memcpy(look->holes, look->malloc, count * sizeof *look->holes);
    for (size_t index = 0; index < look->stacks.known; index++) {
        look->holes[count++] = look->stacks.list[index].whole;
    }
    for (size_t index = 0; index < reserved_count; index++) {
        look->holes[count++] = (struct memory_range){reserved[index].bottom, reserved[index].top};
    }
    look->hole_count = join(look->holes, count);
    return true;
}

static struct inspect_verdict no_memory(void) {
    return inspect_failure("memory", ENOMEM);
}

static int by_tid(const void *left, const void *right) {
    const struct hotspot_thread *one = left;
    const struct hotspot_thread *other = right;
    return (one->tid > other->tid) - (one->tid < other->tid);
}

/* NULL: the JVM has none, or does not tell. */
static const struct hotspot_thread *jvm_thread(const struct look *look, pid_t tid) {
    const struct hotspot_thread key = {.tid = tid};
    return look->jvm_thread_count == 0
               ? NULL
               : bsearch(&key, look->jvm_threads, look->jvm_thread_count, sizeof *look->jvm_threads, by_tid);
}

/* A thread's own structure in the JVM. */
static bool add_structure(struct look *look, uint32_t stack) {
    const struct hotspot_thread *thread = jvm_thread(look, look->stacks.list[stack].tid);
    uint32_t block = thread == NULL ? no_block : block_table_at(&look->table, thread->address);
    if (block == no_block) {
        return true;
    }
    uint32_t owner = first_thread(look) + stack;
    look->structures.list[look->structures.count++] = (struct root){owner, block};
    return thread_arenas_of_structure(&look->arenas, block, owner);
}

/* By its header it is the JVM's: what Java's code has asked for is of category "Other". */
static bool is_of_jvm(const struct look *look, uint32_t block) {
    nmt_mark tracked = look->marks.tracked == NULL ? 0 : look->marks.tracked[block];
    return tracked != 0 && tracked - 1 != nmt_other(hotspot_version(look->vm));
}

/* It is not Java's, whoever has its address: ld.so's, or the JVM's. */
static bool is_of_process(const struct look *look, uint32_t block) {
    return look->marks.marks[block] == mark_link_map || is_of_jvm(look, block);
}

/*
 * Blocks that are a thread's own structure in the JVM are that thread's: through them all of the JVM would be. So are
 * its arenas. What dlopen() gave out is ld.so's.
 */
static bool hold_back(struct look *look) {
    look->structures.list = malloc((look->stacks.count + 1) * sizeof *look->structures.list);
    bool is_good = look->structures.list != NULL &&
                   thread_arenas_open(&look->target, &look->table, &look->marks, &look->claims, &look->arenas);
    for (size_t index = 0; is_good && index < look->jvm_thread_count; index++) {
        uint32_t block = block_table_at(&look->table, look->jvm_threads[index].address);
        if (block != no_block) {
            claims_hold_back(&look->claims, block);
        }
    }
    for (uint32_t stack = 0; is_good && stack < look->stacks.count; stack++) {
        is_good = add_structure(look, stack);
    }
    for (uint32_t stack = 0; is_good && stack < look->stacks.known; stack++) {
        is_good = thread_arenas_of_stack(&look->arenas, &look->stacks.list[stack].used, first_thread(look) + stack);
    }
    for (uint32_t block = 0; is_good && block < look->marks.count; block++) {
        if (look->claims.owners[block] == no_owner && is_of_process(look, block)) {
            look->claims.owners[block] = held_back;
        }
    }
    return is_good;
}

/* Of all that is held back; what is a thread's stays so when `but_threads`. */
static void let_go(struct look *look, bool but_threads) {
    uint32_t *owners = look->claims.owners;
    for (uint32_t block = 0; block < look->marks.count; block++) {
        owners[block] = owners[block] == held_back ? no_owner : owners[block];
    }
    for (size_t index = 0; but_threads && index < look->jvm_thread_count; index++) {
        uint32_t block = block_table_at(&look->table, look->jvm_threads[index].address);
        if (block != no_block) {
            owners[block] = held_back;
        }
    }
    for (size_t index = 0; but_threads && index < look->arenas.held.count; index++) {
        owners[look->arenas.held.list[index].block] = held_back;
    }
}

/* Native Memory Tracking puts a header before the JVM's blocks, of which each thread's structure is one. */
static bool tracks_memory(const struct look *look) {
    for (size_t index = 0; index < look->jvm_thread_count; index++) {
        uint64_t address = look->jvm_threads[index].address;
        uint32_t block = block_table_at(&look->table, address);
        if (block != no_block) {
            return hotspot_version(look->vm) >= first_with_canary &&
                   address == block_start(&look->table, block) + nmt_header_bytes;
        }
    }
    return false;
}

static struct inspect_verdict read_marks(struct look *look) {
    struct inspect_verdict verdict = hotspot_threads(look->vm, &look->jvm_threads, &look->jvm_thread_count);
    if (look->jvm_thread_count > 0) {
        qsort(look->jvm_threads, look->jvm_thread_count, sizeof *look->jvm_threads, by_tid);
    }
    if (verdict.status == inspect_ok) {
        verdict = block_marks_find(&look->target, &look->table, tracks_memory(look), &look->marks);
    }
    if (verdict.status == inspect_ok && !block_marks_trim(&look->marks, &look->graph)) {
        verdict = no_memory();
    }
    return verdict.status == inspect_ok && !hold_back(look) ? no_memory() : verdict;
}

static struct inspect_verdict claim_by_java(struct look *look, struct owners_result *result) {
    struct inspect_verdict verdict = read_marks(look);
    if (verdict.status == inspect_ok) {
        verdict = java_hits_find(&look->target, look->vm, &look->table, &look->hits);
    }
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    result->heap_bytes = look->hits.heap.used_bytes;
    result->heap_read_bytes = look->hits.heap.read_bytes;
    result->words_of_no_object = look->hits.no_object;
    result->missed_bytes += look->hits.heap.missed_bytes;
    result->lost_pointers += look->hits.missing;
    if (!java_owners_make(look->vm, &look->hits, first_class(look), &look->classes)) {
        return no_memory();
    }
    claims_add(&look->claims, look->classes.exact.list, look->classes.exact.count);
    /* What objects of two classes lead to is rather of the class that has fewer: a cache, and not its many readers. */
    claims_turn(&look->claims);
    claims_add(&look->claims, look->classes.inside.list, look->classes.inside.count);
    let_go(look, true);
    return verdict;
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

static struct inspect_verdict scan_stacks(struct look *look, struct stream *stream) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < look->stacks.known && verdict.status == inspect_ok; index++) {
        /* malloc's arenas may lie right behind a stack, in one mapping with it. */
        verdict = roots_scan_around(stream, &look->table, &look->stacks.list[index].used, look->malloc,
                                    look->malloc_count, first_thread(look) + (uint32_t)index, &look->threads);
    }
    return verdict;
}

static uint32_t number_of_jvm(const struct look *look) {
    for (uint32_t source = 0; source < look->options->source_count; source++) {
        if (look->options->sources[source].kind == owner_jvm) {
            return source;
        }
    }
    return no_owner;
}

/* Chunks of arenas that were between one arena and the next are the JVM's, as they show themselves. */
static void claim_chunks(struct look *look, const struct block_marks *marks) {
    uint32_t jvm = number_of_jvm(look);
    for (uint32_t block = 0; jvm != no_owner && block < marks->count; block++) {
        bool is_chunk = marks->marks[block] == mark_arena || marks->marks[block] == mark_long_arena;
        if (is_chunk && look->claims.owners[block] == no_owner) {
            look->claims.owners[block] = jvm;
        }
    }
}

/* By their headers, whoever leads to them. */
static void claim_tracked(struct look *look) {
    uint32_t jvm = number_of_jvm(look);
    for (uint32_t block = 0; jvm != no_owner && look->marks.tracked != NULL && block < look->marks.count; block++) {
        if (is_of_jvm(look, block)) {
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

static void claim_all(struct look *look) {
    claim_link_maps(look);
    claim_tracked(look);
    /* What Java's objects lead to is theirs, but what the JVM or a library is nearer to. */
    claims_take(&look->claims, look->globals.list, look->globals.count);
    let_go(look, false);
    claims_add(&look->claims, look->structures.list, look->structures.count);
    claims_add(&look->claims, look->arenas.held.list, look->arenas.held.count);
    claims_take(&look->claims, look->threads.list, look->threads.count);
    claims_take(&look->claims, look->mapped.list, look->mapped.count);
    claim_by_words(look);
    claim_chunks(look, &look->marks);
}

static uint32_t number_of_freed(const struct look *look) {
    return first_class(look) + (uint32_t)look->classes.count;
}

/* Whether the block is in the list, as it was. */
static bool is_listed(const struct block_list *blocks, uint64_t chunk, uint64_t bytes) {
    size_t low = 0;
    size_t high = blocks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (block_chunk(blocks->list[middle]) < chunk) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < blocks->count && block_chunk(blocks->list[low]) == chunk && block_list_bytes(blocks, low) == bytes;
}

/*
 * Blocks that were freed while they were looked at have no pointer to them any more, and are nobody's loss. Those that
 * were taken again, for another arena, show it now.
 */
static struct inspect_verdict drop_freed(struct look *look) {
    const struct block_list *blocks = &look->inspection.blocks;
    uint64_t unowned = 0;
    uint64_t all = 0;
    for (uint32_t block = 0; block < blocks->count; block++) {
        uint64_t bytes = block_list_bytes(blocks, block);
        all += bytes;
        unowned += look->claims.owners[block] == no_owner ? bytes : 0;
    }
    struct inspection again;
    const struct inspect_options options = {look->options->budget_ms > 0 ? look->options->budget_ms
                                                                         : (uint64_t)longest_ms,
                                            1, true, look->options->cancelled};
    if (unowned <= all / share_to_check) {
        return inspect_good();
    }
    struct inspect_verdict verdict = inspect_process(look->target.tgid, &options, &again);
    for (uint32_t block = 0; verdict.status == inspect_ok && block < blocks->count; block++) {
        if (look->claims.owners[block] == no_owner &&
            !is_listed(&again.blocks, block_chunk(blocks->list[block]), block_list_bytes(blocks, block))) {
            look->claims.owners[block] = number_of_freed(look);
            look->graph.kinds[block] = no_kind;
        }
    }
    if (verdict.status == inspect_ok) {
        inspection_free(&again);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        struct block_marks marks = {0};
        verdict = block_marks_find(&look->target, &look->table, false, &marks);
        if (verdict.status == inspect_ok) {
            claim_chunks(look, &marks);
        }
        block_marks_free(&marks);
    }
    return verdict;
}

static struct inspect_verdict claim_by_others(struct look *look, struct stream *stream, struct owners_result *result) {
    struct inspect_verdict verdict = scan_ranges(look, stream, false, &look->globals);
    if (verdict.status == inspect_ok) {
        verdict = scan_ranges(look, stream, true, &look->mapped);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(look->target.deadline, "reading memory that points to blocks");
    }
    if (verdict.status == inspect_ok) {
        claim_all(look);
        verdict = drop_freed(look);
        const struct root_list *lists[] = {&look->globals, &look->threads, &look->mapped};
        for (size_t index = 0; index < sizeof lists / sizeof *lists; index++) {
            result->missed_bytes += lists[index]->missed_bytes;
            result->lost_pointers += lists[index]->missing;
        }
    }
    return verdict;
}

static void name_thread(const struct look *look, const struct thread_stack *stack, struct owner *owner) {
    owner->kind = owner_thread;
    owner->source = (uint32_t)stack->tid;
    memcpy(owner->name, stack->name, sizeof stack->name);
    const struct hotspot_thread *thread = jvm_thread(look, stack->tid);
    if (thread != NULL && thread->name[0] != '\0') {
        memcpy(owner->name, thread->name, sizeof thread->name);
    }
}

static bool name_owners(struct look *look) {
    look->owner_count = number_of_freed(look) + 2;
    look->owners = calloc(look->owner_count, sizeof *look->owners);
    if (look->owners == NULL) {
        return false;
    }
    for (size_t index = 0; index < look->owner_count; index++) {
        look->owners[index].shared_with = no_owner;
    }
    for (size_t index = 0; index < look->options->source_count; index++) {
        look->owners[index].kind = look->options->sources[index].kind;
        look->owners[index].source = (uint32_t)index;
    }
    for (size_t index = 0; index < look->stacks.count; index++) {
        name_thread(look, &look->stacks.list[index], &look->owners[first_thread(look) + index]);
    }
    for (size_t index = 0; index < look->classes.count; index++) {
        struct owner *owner = &look->owners[first_class(look) + index];
        owner->kind = owner_java;
        owner->objects = look->classes.list[index].objects;
        (void)strncpy(owner->name, hotspot_class(look->vm, look->classes.list[index].klass)->name,
                      owner_name_bytes - 1);
    }
    look->owners[look->owner_count - 1].kind = owner_nobody;
    return true;
}

static int by_address(const void *left, const void *right) {
    const uint64_t *one = left;
    const uint64_t *other = right;
    return (*one > *other) - (*one < *other);
}

/* Objects of a class that hold the address of a block of theirs; each once. NULL: there is no memory. */
static uint64_t *objects_of(const struct look *look, uint32_t owner, size_t *count) {
    uint32_t klass = look->classes.list[owner - first_class(look)].klass;
    uint64_t *objects = malloc((look->hits.count + 1) * sizeof *objects);
    size_t kept = 0;
    *count = 0;
    for (size_t index = 0; objects != NULL && index < look->hits.count; index++) {
        const struct java_hit *hit = &look->hits.list[index];
        if (hit->klass == klass && hit->is_exact && look->claims.owners[hit->block] == owner) {
            objects[kept++] = hit->object;
        }
    }
    if (kept > 0) {
        qsort(objects, kept, sizeof *objects, by_address);
    }
    for (size_t index = 0; index < kept; index++) {
        if (*count == 0 || objects[index] != objects[*count - 1]) {
            objects[(*count)++] = objects[index];
        }
    }
    return objects;
}

static struct inspect_verdict climb_from(struct look *look, uint32_t owner, struct owners_result *result) {
    size_t count;
    uint64_t *objects = objects_of(look, owner, &count);
    struct climb climb;
    const struct holder_roots roots = {&look->target, &look->table,      &look->claims,
                                       look->owners,  look->owner_count, first_thread(look),
                                       &look->stacks, look->malloc,      look->malloc_count};
    if (objects == NULL || !climb_begin(&look->target, look->vm, objects, count, &climb)) {
        free(objects);
        return no_memory();
    }
    free(objects);
    struct inspect_verdict verdict = climb_up(&climb, owner, result);
    if (verdict.status == inspect_ok) {
        verdict = holder_roots_find(&roots, &climb, owner, result);
    }
    struct owner_climb *told = &result->climbs[result->climb_count];
    *told = (struct owner_climb){owner, climb.base_count, 0, climb.level, climb.is_cut};
    if (verdict.status == inspect_ok && !climb_count_rooted(&climb, &told->rooted)) {
        verdict = no_memory();
    }
    result->climb_count += verdict.status == inspect_ok;
    climb_free(&climb);
    return verdict;
}

/* Of the classes with most bytes. */
static struct inspect_verdict climb_all(struct look *look, struct owners_result *result) {
    struct inspect_verdict verdict = inspect_good();
    result->climbs = calloc(look->options->climbs + 1, sizeof *result->climbs);
    if (result->climbs == NULL) {
        return no_memory();
    }
    for (uint32_t round = 0; round < look->options->climbs && verdict.status == inspect_ok; round++) {
        uint32_t largest = no_owner;
        for (uint32_t owner = first_class(look); owner < look->owner_count - 1; owner++) {
            bool is_done = false;
            for (size_t index = 0; index < result->climb_count; index++) {
                is_done |= result->climbs[index].owner == owner;
            }
            if (!is_done && look->owners[owner].direct_blocks > 0 && look->owners[owner].objects > 0 &&
                (largest == no_owner || look->owners[owner].bytes > look->owners[largest].bytes)) {
                largest = owner;
            }
        }
        if (largest == no_owner) {
            break;
        }
        verdict = climb_from(look, largest, result);
    }
    return verdict;
}

/* qsort() has no argument of the caller's. */
struct numbered_owner {
    struct owner owner;
    uint32_t number;
};

static int by_bytes(const void *left, const void *right) {
    const struct numbered_owner *one = left;
    const struct numbered_owner *other = right;
    bool is_one = one->owner.kind == owner_nobody;
    bool is_other = other->owner.kind == owner_nobody;
    if (is_one != is_other) {
        return is_one ? 1 : -1;
    }
    if (one->owner.bytes != other->owner.bytes) {
        return one->owner.bytes > other->owner.bytes ? -1 : 1;
    }
    return (one->number > other->number) - (one->number < other->number);
}

/* Whose place is not no_owner afterwards: those that have a block, and those that share one of them. */
static void mark_wanted(const struct look *look, uint32_t *places) {
    memset(places, 0xff, look->owner_count * sizeof *places);
    for (size_t index = 0; index < look->owner_count; index++) {
        const struct owner *owner = &look->owners[index];
        if (owner->blocks > 0 || owner->kind == owner_nobody) {
            places[index] = 0;
            if (owner->shared_with != no_owner) {
                places[owner->shared_with] = 0;
            }
        }
    }
}

/* Those that are wanted, and nobody; everything that names an owner by its number gets the new one. */
static bool order_owners(struct look *look, struct owners_result *result) {
    struct numbered_owner *list = malloc(look->owner_count * sizeof *list);
    uint32_t *places = malloc(look->owner_count * sizeof *places);
    result->owners = malloc(look->owner_count * sizeof *result->owners);
    bool is_good = list != NULL && places != NULL && result->owners != NULL;
    if (is_good) {
        size_t count = 0;
        mark_wanted(look, places);
        for (size_t index = 0; index < look->owner_count; index++) {
            if (places[index] != no_owner) {
                list[count++] = (struct numbered_owner){look->owners[index], (uint32_t)index};
            }
        }
        qsort(list, count, sizeof *list, by_bytes);
        for (size_t index = 0; index < count; index++) {
            places[list[index].number] = (uint32_t)index;
            result->owners[index] = list[index].owner;
        }
        result->owner_count = count;
        for (size_t index = 0; index < count; index++) {
            uint32_t with = result->owners[index].shared_with;
            result->owners[index].shared_with = with == no_owner ? no_owner : places[with];
        }
        for (size_t index = 0; index < result->field_count; index++) {
            result->fields[index].owner = places[result->fields[index].owner];
        }
        for (size_t index = 0; index < result->type_count; index++) {
            result->types[index].owner = places[result->types[index].owner];
        }
        for (size_t index = 0; index < result->holder_count; index++) {
            result->holders[index].owner = places[result->holders[index].owner];
        }
        for (size_t index = 0; index < result->climb_count; index++) {
            result->climbs[index].owner = places[result->climbs[index].owner];
        }
    }
    free(list);
    free(places);
    return is_good;
}

static bool add_categories(const struct look *look, struct owners_result *result) {
    uint32_t jvm = number_of_jvm(look);
    struct owner_category *list = calloc(UCHAR_MAX, sizeof *list);
    if (list == NULL) {
        return false;
    }
    for (uint32_t block = 0; block < look->marks.count; block++) {
        if (look->claims.owners[block] == jvm && look->marks.tracked[block] != 0) {
            struct owner_category *category = &list[look->marks.tracked[block] - 1];
            category->blocks++;
            category->bytes += block_list_bytes(&look->inspection.blocks, block);
        }
    }
    for (uint32_t number = 0; number < UCHAR_MAX; number++) {
        if (list[number].blocks > 0) {
            list[number].number = number;
            list[result->category_count++] = list[number];
        }
    }
    result->categories = list;
    return true;
}

static bool fill(struct look *look, struct owners_result *result) {
    const struct inspection *inspection = &look->inspection;
    bool is_good = name_owners(look) &&
                   owner_sums_fill(&look->table, &look->claims, &look->names, look->owners, look->owner_count, result);
    if (is_good) {
        result->type_text = look->names.text;
        look->names.text = NULL;
    }
    if (is_good && look->vm != NULL) {
        is_good = java_owners_share(&look->classes, &look->claims, look->owners) &&
                  java_owners_fields(look->vm, &look->classes, &look->hits, look->owners, result);
    }
    if (is_good && look->marks.tracked != NULL) {
        is_good = add_categories(look, result);
    }
    result->live_blocks = inspection->blocks.count;
    if (is_good) {
        struct owner *freed = &look->owners[number_of_freed(look)];
        result->live_blocks -= freed->blocks;
        memset(freed, 0, sizeof *freed);
    }
    for (size_t index = 0; is_good && index < look->owner_count; index++) {
        result->live_bytes += look->owners[index].bytes;
    }
    result->missing_blocks = inspection->blocks.missing;
    result->unread_bytes = inspection->totals.unreadable_bytes;
    result->missed_bytes += look->graph.unread_bytes;
    result->lost_pointers += look->graph.missing_edges;
    result->threads = (uint32_t)look->stacks.count;
    result->threads_without_stack = (uint32_t)(look->stacks.count - look->stacks.known);
    result->has_heap = look->vm != NULL;
    if (look->vm != NULL) {
        result->collector = hotspot_collector_of(look->vm);
        result->jdk = hotspot_version(look->vm);
        result->classes = hotspot_class_count(look->vm);
    }
    return is_good;
}

/* Milliseconds since *since, which becomes now. */
static uint64_t lap(uint64_t *since) {
    uint64_t now = monotonic_ns();
    uint64_t ms = (now - *since) / ns_a_ms;
    *since = now;
    return ms;
}

static struct inspect_verdict look_by(struct look *look, struct stream *stream, struct owners_result *result) {
    uint64_t since = monotonic_ns();
    if (!find_ranges(look) || !block_table_make(&look->inspection.blocks, &look->table)) {
        return no_memory();
    }
    struct inspect_verdict verdict =
        block_graph_make(&look->target, &look->table, look->malloc, look->malloc_count, &look->graph);
    if (verdict.status == inspect_ok && !claims_make(&look->graph, look->inspection.blocks.count, &look->claims)) {
        verdict = no_memory();
    }
    result->follow_ms = lap(&since);
    if (verdict.status == inspect_ok) {
        verdict = thread_stacks_find(&look->target, &look->stacks);
    }
    if (verdict.status == inspect_ok) {
        verdict = scan_stacks(look, stream);
    }
    if (verdict.status == inspect_ok) {
        verdict = hotspot_open(&look->target, &look->vm, &result->why_no_heap);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = claim_by_java(look, result);
    }
    result->heap_ms = lap(&since);
    if (verdict.status == inspect_ok && !find_holes(look)) {
        verdict = no_memory();
    }
    if (verdict.status == inspect_ok) {
        verdict = claim_by_others(look, stream, result);
    }
    if (verdict.status == inspect_ok) {
        verdict = type_names_find(&look->target, &look->graph.tables, &look->names);
    }
    if (verdict.status == inspect_ok && !fill(look, result)) {
        verdict = no_memory();
    }
    result->other_ms = lap(&since);
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = climb_all(look, result);
        /* Who owns the blocks is known without it. */
        verdict = verdict.status == inspect_deadline ? inspect_good() : verdict;
    }
    if (verdict.status == inspect_ok && !order_owners(look, result)) {
        verdict = no_memory();
    }
    result->holders_ms = lap(&since);
    return verdict;
}

static struct inspect_verdict look_at(struct look *look, struct owners_result *result) {
    struct stream stream;
    struct inspect_verdict verdict = stream_open(&look->target, &stream) ? look_by(look, &stream, result) : no_memory();
    stream_close(&stream);
    return verdict;
}

static void release(struct look *look) {
    hotspot_close(look->vm);
    free(look->jvm_threads);
    free(look->owners);
    free(look->holes);
    free(look->malloc);
    java_owners_free(&look->classes);
    java_hits_free(&look->hits);
    thread_stacks_free(&look->stacks);
    root_list_free(&look->globals);
    root_list_free(&look->mapped);
    root_list_free(&look->threads);
    root_list_free(&look->structures);
    thread_arenas_close(&look->arenas);
    block_marks_free(&look->marks);
    claims_free(&look->claims);
    block_graph_free(&look->graph);
    type_names_free(&look->names);
    block_table_free(&look->table);
}

struct inspect_verdict owners_find(pid_t pid, const struct owners_options *options, struct owners_result *result) {
    struct look look;
    struct cpu_limit cpu;
    uint64_t since = monotonic_ns();
    uint64_t budget_ms = options->budget_ms > 0 && options->budget_ms < longest_ms ? options->budget_ms : longest_ms;
    struct deadline deadline = deadline_in(budget_ms, options->cancelled, &cpu);
    const struct inspect_options inspect = {budget_ms, 1, true, options->cancelled};
    memset(&look, 0, sizeof look);
    memset(result, 0, sizeof *result);
    look.options = options;
    struct inspect_verdict verdict = inspect_process(pid, &inspect, &look.inspection);
    result->walk_ms = lap(&since);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = target_open(pid, &deadline, &look.target);
    if (verdict.status == inspect_ok) {
        verdict = look_at(&look, result);
        struct inspect_verdict still = target_check(&look.target);
        verdict = still.status != inspect_ok && verdict.status != inspect_no_permission ? still : verdict;
        release(&look);
        target_close(&look.target);
    }
    inspection_free(&look.inspection);
    if (verdict.status != inspect_ok) {
        owners_free(result);
    }
    return verdict;
}

void owners_free(struct owners_result *result) {
    free(result->owners);
    free(result->fields);
    free(result->types);
    free(result->sizes);
    free(result->categories);
    free(result->holders);
    free(result->climbs);
    free(result->type_text);
    memset(result, 0, sizeof *result);
}

/* SPDX-License-Identifier: MIT */
#include "owners.h"

#include "java_owners.h"
#include "owner_sums.h"
#include "thread_stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Without a budget of the caller's: ten minutes of processor time. */
enum { longest_ms = 10 * 60 * 1000, ns_a_ms = 1000000 };

/* What one look holds while it is made. Owners are numbered: sources, then threads, then classes, then nobody. */
struct look {
    const struct owners_options *options;
    struct target target;
    struct inspection inspection;
    struct block_table table;
    struct memory_range *malloc; /* where malloc's memory lies, in order of address */
    size_t malloc_count;
    struct block_graph graph;
    struct type_names names;
    struct claims claims;
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

/* Blocks that are a thread's own structure in the JVM are that thread's: through them all of the JVM would be. */
static struct inspect_verdict hold_back_threads(struct look *look) {
    struct inspect_verdict verdict = hotspot_threads(look->vm, &look->jvm_threads, &look->jvm_thread_count);
    if (look->jvm_thread_count > 0) {
        qsort(look->jvm_threads, look->jvm_thread_count, sizeof *look->jvm_threads, by_tid);
    }
    for (size_t index = 0; index < look->jvm_thread_count; index++) {
        uint32_t block = block_table_at(&look->table, look->jvm_threads[index].address);
        if (block != no_block) {
            claims_hold_back(&look->claims, block);
        }
    }
    return verdict;
}

static struct inspect_verdict claim_by_java(struct look *look, struct owners_result *result) {
    struct inspect_verdict verdict = hold_back_threads(look);
    if (verdict.status == inspect_ok) {
        verdict = java_hits_find(&look->target, look->vm, &look->table, &look->hits);
    }
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    result->heap_bytes = look->hits.heap_bytes;
    result->heap_read_bytes = look->hits.read_bytes;
    result->words_of_no_object = look->hits.no_object;
    result->missed_bytes += look->hits.missed_bytes;
    result->lost_pointers += look->hits.missing;
    if (!java_owners_make(look->vm, &look->hits, first_class(look), &look->classes)) {
        return no_memory();
    }
    claims_take(&look->claims, look->classes.exact.list, look->classes.exact.count);
    claims_take(&look->claims, look->classes.inside.list, look->classes.inside.count);
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

static bool add_thread_blocks(struct look *look) {
    struct root *list = malloc((look->stacks.count + look->threads.count + 1) * sizeof *list);
    size_t count = 0;
    if (list == NULL) {
        return false;
    }
    for (size_t index = 0; index < look->jvm_thread_count; index++) {
        uint32_t block = block_table_at(&look->table, look->jvm_threads[index].address);
        if (block != no_block) {
            claims_let_go(&look->claims, block);
        }
    }
    for (size_t index = 0; index < look->stacks.count; index++) {
        const struct hotspot_thread *thread = jvm_thread(look, look->stacks.list[index].tid);
        uint32_t block = thread == NULL ? no_block : block_table_at(&look->table, thread->address);
        if (block != no_block) {
            list[count++] = (struct root){first_thread(look) + (uint32_t)index, block};
        }
    }
    if (look->threads.count > 0) {
        memcpy(list + count, look->threads.list, look->threads.count * sizeof *list);
    }
    free(look->threads.list);
    look->threads.list = list;
    look->threads.count += count;
    return true;
}

static struct inspect_verdict claim_by_others(struct look *look, struct owners_result *result) {
    struct stream stream;
    if (!stream_open(&look->target, &stream)) {
        return no_memory();
    }
    struct inspect_verdict verdict = scan_ranges(look, &stream, false, &look->globals);
    if (verdict.status == inspect_ok) {
        verdict = scan_stacks(look, &stream);
    }
    if (verdict.status == inspect_ok) {
        verdict = scan_ranges(look, &stream, true, &look->mapped);
    }
    stream_close(&stream);
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(look->target.deadline, "reading memory that points to blocks");
    }
    if (verdict.status == inspect_ok) {
        claims_take(&look->claims, look->globals.list, look->globals.count);
        verdict = add_thread_blocks(look) ? verdict : no_memory();
    }
    if (verdict.status == inspect_ok) {
        claims_take(&look->claims, look->threads.list, look->threads.count);
        claims_take(&look->claims, look->mapped.list, look->mapped.count);
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
    look->owner_count = first_class(look) + look->classes.count + 1;
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
    }
    free(list);
    free(places);
    return is_good;
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
    result->live_blocks = inspection->blocks.count;
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
    return is_good && order_owners(look, result);
}

/* Milliseconds since *since, which becomes now. */
static uint64_t lap(uint64_t *since) {
    uint64_t now = monotonic_ns();
    uint64_t ms = (now - *since) / ns_a_ms;
    *since = now;
    return ms;
}

static struct inspect_verdict look_at(struct look *look, struct owners_result *result) {
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
        verdict = claim_by_others(look, result);
    }
    if (verdict.status == inspect_ok) {
        verdict = type_names_find(&look->target, &look->graph.tables, &look->names);
    }
    if (verdict.status == inspect_ok && !fill(look, result)) {
        verdict = no_memory();
    }
    result->other_ms = lap(&since);
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
    claims_free(&look->claims);
    type_names_free(&look->names);
    block_graph_free(&look->graph);
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
    free(result->type_text);
    free(result->sizes);
    memset(result, 0, sizeof *result);
}

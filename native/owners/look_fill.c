/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void name_thread(const struct look *look, const struct thread_stack *stack, struct owner *owner) {
    owner->kind = owner_thread;
    owner->source = (uint32_t)stack->tid;
    memcpy(owner->name, stack->name, sizeof stack->name);
    const struct hotspot_thread *thread = look_jvm_thread(look, stack->tid);
    if (thread != NULL && thread->name[0] != '\0') {
        memcpy(owner->name, thread->name, sizeof thread->name);
    }
}

bool look_name_owners(struct look *look) {
    free(look->owners);
    look->owner_count = look_number_of_freed(look) + 2;
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
        name_thread(look, &look->stacks.list[index], &look->owners[look_first_thread(look) + index]);
    }
    for (size_t index = 0; index < look->classes.count; index++) {
        struct owner *owner = &look->owners[look_first_class(look) + index];
        owner->kind = owner_java;
        owner->objects = look->classes.list[index].objects;
        (void)strncpy(owner->name, hotspot_class(look->vm, look->classes.list[index].klass)->name,
                      owner_name_bytes - 1);
    }
    look->owners[look->owner_count - 1].kind = owner_nobody;
    return true;
}

static bool add_categories(const struct look *look, struct owners_result *result) {
    uint32_t jvm = look_number_of_jvm(look);
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

static bool add_thread_names(const struct look *look, struct owners_result *result) {
    struct owner_thread_name *list = calloc(look->stacks.count + 1, sizeof *list);
    for (size_t index = 0; list != NULL && index < look->stacks.count; index++) {
        list[index].tid = (int32_t)look->stacks.list[index].tid;
        /* A thread's, which is as long at most. */
        memcpy(list[index].name, look->owners[look_first_thread(look) + index].name, sizeof list->name - 1);
    }
    result->thread_names = list;
    result->thread_name_count = list == NULL ? 0 : look->stacks.count;
    return list != NULL;
}

/* pre: owners have their names */
bool look_fill_java(struct look *look, struct owners_result *result) {
    if (look->target.memory.core != NULL && !add_thread_names(look, result)) {
        return false;
    }
    result->threads = (uint32_t)look->stacks.count;
    result->threads_without_stack = (uint32_t)(look->stacks.count - look->stacks.known + look->stacks.missing);
    result->missed_bytes += look->stacks.missing_bytes;
    result->has_heap = look->vm != NULL;
    if (look->vm == NULL) {
        return true;
    }
    result->collector = hotspot_collector_of(look->vm);
    result->jdk = hotspot_version(look->vm);
    result->is_unchecked = hotspot_is_unchecked(look->vm);
    result->classes = hotspot_class_count(look->vm);
    result->heap_bytes = look->hits.heap.used_bytes;
    result->heap_read_bytes = look->hits.heap.read_bytes;
    result->words_of_no_object = look->hits.no_object;
    return java_owners_share(&look->classes, &look->claims, look->owners) &&
           java_owners_fields(look->vm, &look->classes, &look->hits, look->owners, result);
}

bool look_fill(struct look *look, struct owners_result *result) {
    const struct inspection *inspection = &look->inspection;
    bool is_good = look_name_owners(look) &&
                   owner_sums_fill(&look->table, &look->claims, &look->names, look->owners, look->owner_count, result);
    if (is_good) {
        result->type_text = look->names.text;
        look->names.text = NULL;
    }
    is_good = is_good && look_fill_java(look, result);
    if (is_good && look->marks.tracked != NULL) {
        is_good = add_categories(look, result);
    }
    result->live_blocks = inspection->blocks.count;
    if (is_good) {
        struct owner *freed = &look->owners[look_number_of_freed(look)];
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
    return is_good;
}

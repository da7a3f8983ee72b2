/* SPDX-License-Identifier: MIT */
#include "core_look.h"

#include "core_maps.h"
#include "list_room.h"

#include <errno.h>
#include <string.h>

enum { first_capacity = 1024, first_paths = 64, counting_percent = 90 };

static bool add_bytes(void *to, uint64_t start, uint64_t end) {
    *(uint64_t *)to += end - start;
    return true;
}

/* Index of the path, which is that of the mapping before it when that has the same. */
static bool add_path(struct core_look *look, size_t *capacity, const char *path, int32_t *index) {
    if (look->path_count > 0 && strcmp(look->paths[look->path_count - 1], path) == 0) {
        *index = (int32_t)look->path_count - 1;
        return true;
    }
    const char **paths = list_with_room(look->paths, look->path_count, capacity, first_paths, sizeof *paths);
    if (paths == NULL) {
        return false;
    }
    look->paths = paths;
    *index = (int32_t)look->path_count;
    paths[look->path_count++] = path;
    return true;
}

static struct inspect_verdict add_mapping(struct core_look *look, size_t capacity[2], const struct core_mapping *from) {
    struct core_look_mapping mapping = {.start = from->start,
                                        .end = from->end,
                                        .dumped = from->dumped,
                                        .dumped_at = from->dumped_at,
                                        .filled = from->dumped,
                                        .path_offset = from->name_offset,
                                        .flags = core_flags_unknown,
                                        .path = core_no_path};
    if (look->mapping_count == 2 * (size_t)core_segment_limit) {
        return inspect_refusal(inspect_too_large, "mappings");
    }
    if (from->segment != NULL) {
        mapping.flags = (int32_t)(from->segment->flags & 7);
    }
    if (from->name != NULL && !add_path(look, &capacity[1], from->name->path, &mapping.path)) {
        return inspect_failure("memory", ENOMEM);
    }
    struct core_look_mapping *list =
        list_with_room(look->mappings, look->mapping_count, &capacity[0], first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    look->mappings = list;
    list[look->mapping_count++] = mapping;
    return inspect_good();
}

static struct inspect_verdict list_mappings(struct core_look *look, const struct deadline *deadline) {
    struct core_map_reader reader = {.core = &look->core};
    struct core_mapping mapping;
    size_t capacity[2] = {0, 0};
    struct inspect_verdict verdict = inspect_good();
    for (uint64_t round = 0; verdict.status == inspect_ok && core_map_next(&reader, &mapping); round++) {
        verdict = deadline_is_over_at(deadline, round) ? deadline_verdict(deadline, "reading the list of mappings")
                                                       : add_mapping(look, capacity, &mapping);
    }
    return verdict;
}

/* All of its content is read for that, unless it has holes. Where the time is up the others are not counted. */
static struct inspect_verdict count_filled(struct core_look *look, const struct deadline *deadline) {
    look->is_counted = true;
    for (size_t index = 0; index < look->mapping_count; index++) {
        struct core_look_mapping *mapping = &look->mappings[index];
        uint64_t filled = 0;
        struct inspect_verdict verdict =
            core_file_visit(&look->core, deadline, mapping->start, mapping->end, add_bytes, &filled);
        if (verdict.status == inspect_deadline) {
            look->is_counted = false;
            return inspect_good();
        }
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        mapping->filled = filled;
    }
    return inspect_good();
}

struct inspect_verdict core_look_read(const char *path, uint64_t budget_ms, const int32_t *cancelled,
                                      struct core_look *look) {
    struct cpu_limit cpu;
    struct cpu_limit counting_cpu;
    struct deadline deadline = deadline_in(budget_ms, cancelled, &cpu);
    memset(look, 0, sizeof *look);
    struct inspect_verdict verdict = core_file_open(path, &deadline, &look->core);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = list_mappings(look, &deadline);
    if (verdict.status == inspect_ok) {
        struct deadline counting = deadline_in_part(&deadline, counting_percent, &counting_cpu);
        verdict = count_filled(look, &counting);
    }
    look->program = core_program(&look->core);
    if (verdict.status != inspect_ok) {
        core_look_free(look);
    }
    return verdict;
}

void core_look_free(struct core_look *look) {
    core_file_close(&look->core);
    free(look->mappings);
    free(look->paths);
    memset(look, 0, sizeof *look);
    look->core.descriptor = -1;
}

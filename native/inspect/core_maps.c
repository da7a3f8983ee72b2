/* SPDX-License-Identifier: MIT */
#include "core_maps.h"

#include <elf.h>
#include <string.h>

static uint64_t least(uint64_t one, uint64_t other) {
    return one < other ? one : other;
}

/* Both lists are in order of address and without overlap; the mapping ends where one of them begins or ends. */
bool core_map_next(struct core_map_reader *reader, struct core_mapping *mapping) {
    const struct core_file *core = reader->core;
    while (reader->segment < core->segment_count && core->segments[reader->segment].end <= reader->at) {
        reader->segment++;
    }
    while (reader->name < core->name_count && core->names[reader->name].end <= reader->at) {
        reader->name++;
    }
    const struct core_segment *segment =
        reader->segment < core->segment_count ? &core->segments[reader->segment] : NULL;
    const struct core_name *name = reader->name < core->name_count ? &core->names[reader->name] : NULL;
    if (segment == NULL && name == NULL) {
        return false;
    }
    uint64_t next = least(segment == NULL ? UINT64_MAX : segment->start, name == NULL ? UINT64_MAX : name->start);
    uint64_t start = next > reader->at ? next : reader->at;
    bool is_in_segment = segment != NULL && segment->start <= start;
    bool is_in_name = name != NULL && name->start <= start;
    uint64_t end = UINT64_MAX;
    if (segment != NULL) {
        end = least(end, is_in_segment ? segment->end : segment->start);
    }
    if (name != NULL) {
        end = least(end, is_in_name ? name->end : name->start);
    }
    *mapping = (struct core_mapping){.start = start,
                                     .end = end,
                                     .segment = is_in_segment ? segment : NULL,
                                     .name = is_in_name ? name : NULL,
                                     .name_offset = is_in_name ? name->offset + (start - name->start) : 0};
    if (is_in_segment) {
        uint64_t from = start - segment->start;
        uint64_t left = segment->dumped > from ? segment->dumped - from : 0;
        mapping->dumped = least(left, end - start);
        mapping->dumped_at = mapping->dumped > 0 ? segment->offset + from : 0;
    }
    reader->at = end;
    return true;
}

const char *core_program(const struct core_file *core) {
    for (size_t index = 0; index < core->name_count; index++) {
        const struct core_name *name = &core->names[index];
        bool is_it = core->program_at == 0 || (name->start <= core->program_at && core->program_at < name->end);
        if (is_it) {
            return name->path;
        }
    }
    return NULL;
}

static bool is_writable(const struct core_mapping *mapping) {
    return mapping->segment != NULL && (mapping->segment->flags & (PF_R | PF_W)) == (PF_R | PF_W);
}

struct inspect_verdict core_maps_read(const struct core_file *core, const struct deadline *deadline,
                                      struct proc_maps *maps) {
    const char *program = core_program(core);
    struct core_map_reader reader = {.core = core};
    struct core_mapping from;
    size_t capacity = 0;
    struct inspect_verdict verdict = inspect_good();
    memset(maps, 0, sizeof *maps);
    for (uint64_t round = 0; verdict.status == inspect_ok && core_map_next(&reader, &from); round++) {
        struct mapping mapping = {.start = from.start,
                                  .end = from.end,
                                  .kind = proc_maps_kind_of(from.name == NULL ? "" : from.name->path),
                                  .writable = is_writable(&from)};
        if (mapping.kind == mapping_other && program != NULL && strcmp(from.name->path, program) == 0) {
            mapping.kind = mapping_program;
        }
        maps->has_libc |= mapping.kind == mapping_libc;
        verdict = deadline_is_over_at(deadline, round) ? deadline_verdict(deadline, "reading the list of mappings")
                                                       : proc_maps_append(maps, &capacity, &mapping);
    }
    return verdict;
}

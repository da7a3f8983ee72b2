/* SPDX-License-Identifier: MIT */
/*
 * The reader of core files, and the inspector and the finder of owners over what it reads, on any file: they end, and
 * what is told of the file is in it. The input: a byte whose lowest bit asks for a header that is right, then the file.
 */
#define _GNU_SOURCE
#include "core_look.h"
#include "core_maps.h"
#include "inspect.h"
#include "owners.h"
#include "page_map.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most_bytes = 8192, budget_ms = 200, ranges_most = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_mappings(const struct core_look *look) {
    uint64_t end = 0;
    for (size_t index = 0; index < look->mapping_count; index++) {
        const struct core_look_mapping *mapping = &look->mappings[index];
        bool is_in_order = mapping->start >= end && mapping->start < mapping->end;
        bool is_in_file = mapping->dumped <= mapping->end - mapping->start && mapping->filled <= mapping->dumped &&
                          (mapping->dumped == 0 || mapping->dumped_at + mapping->dumped <= look->core.bytes);
        bool has_path =
            mapping->path == core_no_path || (mapping->path >= 0 && (size_t)mapping->path < look->path_count);
        if (!is_in_order || !is_in_file || !has_path) {
            abort();
        }
        end = mapping->end;
    }
}

/* As many bytes as are told can be read, and no more. */
static void check_reads(const struct core_file *core) {
    for (size_t index = 0; index < core->segment_count; index++) {
        const struct core_segment *segment = &core->segments[index];
        char byte;
        bool is_last_there =
            segment->dumped == 0 || core_file_read(core, segment->start + segment->dumped - 1, &byte, 1);
        if (!is_last_there || (segment->dumped < segment->end - segment->start &&
                               core_file_read(core, segment->start + segment->dumped, &byte, 1))) {
            abort();
        }
    }
}

/* Files that the core names are looked for below a folder that is not there, or on this machine. */
static void find_owners(struct core_file *core) {
    const struct inspect_options walk = {.budget_ms = budget_ms, .seed = 1};
    const struct owners_source source = {owner_mapped};
    struct owners_range ranges[ranges_most];
    size_t count = core->segment_count < ranges_most ? core->segment_count : ranges_most;
    for (size_t index = 0; index < count; index++) {
        ranges[index] = (struct owners_range){core->segments[index].start, core->segments[index].end, 0};
    }
    const struct owners_options options = {.climbs = 1,
                                           .budget_ms = budget_ms,
                                           .sources = &source,
                                           .source_count = 1,
                                           .loader = UINT32_MAX,
                                           .ranges = ranges,
                                           .range_count = count};
    const struct remote whose = {.core = core};
    struct inspection result;
    struct owners_result owners;
    core->root = core->pid % 2 == 0 ? "/nothing/of/that/name" : "";
    if (inspect_memory(&whose, &walk, &result).status == inspect_ok) {
        inspection_free(&result);
    }
    if (owners_find(&whose, &options, &owners).status == inspect_ok) {
        owners_free(&owners);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    unsigned char file[most_bytes];
    char path[64];
    if (bytes < 1 || bytes - 1 > sizeof file) {
        return 0;
    }
    memcpy(file, data + 1, bytes - 1);
    if ((data[0] & 1) != 0 && bytes - 1 >= sizeof(Elf64_Ehdr)) {
        Elf64_Ehdr header;
        memcpy(&header, file, sizeof header);
        memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_type = ET_CORE;
        header.e_machine = EM_X86_64;
        header.e_phentsize = sizeof(Elf64_Phdr);
        memcpy(file, &header, sizeof header);
    }
    int descriptor = memfd_create("core", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, file, bytes - 1) != (ssize_t)(bytes - 1)) {
        abort();
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    struct core_look look;
    if (core_look_read(path, budget_ms, NULL, &look).status == inspect_ok) {
        check_mappings(&look);
        check_reads(&look.core);
        find_owners(&look.core);
        core_look_free(&look);
    }
    close(descriptor);
    return 0;
}

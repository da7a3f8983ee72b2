/* SPDX-License-Identifier: MIT */
#include "vm_archive.h"

#include "mapped_file.h"

#include <string.h>
#include <unistd.h>

struct opening {
    const struct target *target;
    struct vm_archive *archive;
    char path[mapped_path_bytes]; /* of the last file: its mappings follow each other */
};

static bool take_mapping(void *to, const struct mapped_file *mapping) {
    struct opening *opening = to;
    struct vm_archive *archive = opening->archive;
    if (!mapped_file_is(mapping, ".jsa")) {
        return true;
    }
    if (archive->count == 0 || strcmp(opening->path, mapping->path) != 0) {
        enum mapped_file_is is;
        int descriptor =
            archive->count < vm_archives_most ? mapped_file_open(opening->target, mapping, false, &is) : -1;
        if (descriptor < 0) {
            return true;
        }
        archive->files[archive->count++] = (struct elf_file){.descriptor = descriptor};
        (void)strcpy(opening->path, mapping->path);
    }
    struct elf_file *file = &archive->files[archive->count - 1];
    if (file->segment_count < elf_segments_most) {
        file->segments[file->segment_count++] = (struct elf_segment){mapping->start, mapping->end, mapping->offset};
    }
    return true;
}

void vm_archive_open(const struct target *target, struct vm_archive *archive) {
    struct opening opening = {.target = target, .archive = archive};
    memset(archive, 0, sizeof *archive);
    mapped_file_each(target, take_mapping, &opening);
}

void vm_archive_close(struct vm_archive *archive) {
    for (size_t index = 0; index < archive->count; index++) {
        (void)close(archive->files[index].descriptor);
    }
    archive->count = 0;
}

bool vm_archive_read(const struct vm_archive *archive, uint64_t address, void *to, size_t bytes) {
    for (size_t index = 0; index < archive->count; index++) {
        if (elf_file_read(&archive->files[index], address, to, bytes)) {
            return true;
        }
    }
    return false;
}

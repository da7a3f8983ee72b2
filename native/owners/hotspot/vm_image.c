/* SPDX-License-Identifier: MIT */
#include "vm_image.h"

#include "mapped_file.h"

#include <string.h>
#include <unistd.h>

struct opening {
    const struct target *target;
    uint64_t start;
    int descriptor;
    bool is_mapped;
    enum mapped_file_is is;
};

static bool take_beginning(void *to, const struct mapped_file *file) {
    struct opening *opening = to;
    if (file->offset != 0 || !mapped_file_is(file, "/libjvm.so")) {
        return true;
    }
    opening->is_mapped = true;
    opening->start = file->start;
    opening->descriptor = mapped_file_open(opening->target, file, false, &opening->is);
    return false;
}

static const char *why_not(const struct opening *opening) {
    if (opening->target->memory.core == NULL || !opening->is_mapped) {
        return "no libjvm.so";
    }
    return opening->is == mapped_file_other ? "the libjvm.so here is of another build" : "its libjvm.so is not here";
}

const char *vm_image_open(const struct target *target, struct elf_file *image, bool *is_unchecked) {
    struct opening opening = {.target = target, .descriptor = -1};
    memset(image, 0, sizeof *image);
    mapped_file_each(target, take_beginning, &opening);
    *is_unchecked = opening.descriptor >= 0 && opening.is == mapped_file_unchecked;
    image->descriptor = opening.descriptor;
    if (image->descriptor >= 0 && !elf_file_segments(image, opening.start)) {
        vm_image_close(image);
    }
    return image->descriptor >= 0 ? NULL : why_not(&opening);
}

void vm_image_close(struct elf_file *image) {
    if (image->descriptor >= 0) {
        (void)close(image->descriptor);
    }
    image->descriptor = -1;
}

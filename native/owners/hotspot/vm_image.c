/* SPDX-License-Identifier: MIT */
#include "vm_image.h"

#include "mapped_file.h"

#include <string.h>
#include <unistd.h>

struct opening {
    pid_t pid;
    uint64_t start;
    int descriptor;
};

static bool take_beginning(void *to, const struct mapped_file *file) {
    struct opening *opening = to;
    if (file->offset != 0 || !mapped_file_is(file, "/libjvm.so")) {
        return true;
    }
    opening->start = file->start;
    opening->descriptor = mapped_file_open(opening->pid, file);
    return false;
}

bool vm_image_open(pid_t pid, struct elf_file *image) {
    struct opening opening = {pid, 0, -1};
    memset(image, 0, sizeof *image);
    mapped_file_each(pid, take_beginning, &opening);
    image->descriptor = opening.descriptor;
    if (image->descriptor >= 0 && !elf_file_segments(image, opening.start)) {
        vm_image_close(image);
    }
    return image->descriptor >= 0;
}

void vm_image_close(struct elf_file *image) {
    if (image->descriptor >= 0) {
        (void)close(image->descriptor);
    }
    image->descriptor = -1;
}

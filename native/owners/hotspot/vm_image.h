/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_IMAGE_H
#define OFFHEAP_VM_IMAGE_H

#include "elf_file.h"

struct target;

/*
 * libjvm.so of a process, or the one here that its core file means. NULL: it is open; else why it is not, as a constant
 * string. *is_unchecked: nobody knows whether it is the one that the core file means.
 */
const char *vm_image_open(const struct target *target, struct elf_file *image, bool *is_unchecked);
void vm_image_close(struct elf_file *image);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_IMAGE_H
#define OFFHEAP_VM_IMAGE_H

#include "elf_file.h"

#include <sys/types.h>

/* libjvm.so of a process. False where it has none, or its file cannot be opened or is no library. */
bool vm_image_open(pid_t pid, struct elf_file *image);
void vm_image_close(struct elf_file *image);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FIELDS_H
#define OFFHEAP_FIELDS_H

#include "vm.h"

/* Looks up the fields that other modules need. */
void fields_prepare(struct hotspot *vm);

/* The offset of an instance's field that a class itself declares, by its name; 0: none. */
uint32_t fields_find(const struct hotspot *vm, size_t klass, const char *name);

#endif

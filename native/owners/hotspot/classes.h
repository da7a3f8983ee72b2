/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLASSES_H
#define OFFHEAP_CLASSES_H

#include "vm.h"

/* Finds all classes that are loaded; as many as could be read. */
void classes_read(struct hotspot *vm);

#endif

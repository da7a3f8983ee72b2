/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FIELDS_H
#define OFFHEAP_FIELDS_H

#include "vm.h"

/* Looks up the fields that other modules need. */
void fields_prepare(struct hotspot *vm);

#endif

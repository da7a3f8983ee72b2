/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLASS_TREE_H
#define OFFHEAP_CLASS_TREE_H

#include "klass.h"

/* All classes of JDK 8, whose loaders do not tell theirs: the tree below java.lang.Object, and arrays. */
void class_tree_read(struct hotspot *vm, const struct klass_reader *reader);

#endif

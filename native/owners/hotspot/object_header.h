/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OBJECT_HEADER_H
#define OFFHEAP_OBJECT_HEADER_H

#include "vm.h"

enum header_proof {
    header_none,
    header_weak,  /* its mark word may be another pointer as well */
    header_good,  /* an unlocked object */
    header_moved, /* a copy is elsewhere: the mark word points there */
};

/*
 * What the bytes at `at`, which are `bytes`, say of an object there. *klass is set unless it is none. pre: bytes is at
 * least 16
 */
enum header_proof object_header_read(const struct hotspot *vm, const unsigned char *at, size_t bytes, size_t *klass);

/* Bytes of an object with that header; 0: none, or what tells is not among the bytes. */
uint64_t object_bytes(const struct hotspot *vm, const unsigned char *at, size_t bytes, size_t klass);

#endif

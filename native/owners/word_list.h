/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WORD_LIST_H
#define OFFHEAP_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

/* Puts words in order, each once. Returns how many they are. */
size_t words_once(uint64_t *words, size_t count);

#endif

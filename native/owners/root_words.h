/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ROOT_WORDS_H
#define OFFHEAP_ROOT_WORDS_H

/* Addresses in the Java heap that words outside of it have, and where these words are. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const uint32_t root_of_jvm = UINT32_MAX;

struct root_word {
    uint64_t address;
    uint32_t stack; /* index; or root_of_jvm */
};

struct root_words {
    struct root_word *list; /* in order of address once it is whole */
    size_t count;
    size_t capacity;
    uint64_t missing; /* that there was no room for */
};

void root_words_add(struct root_words *words, uint64_t address, uint32_t stack);
/* After the last was added. */
void root_words_sort(struct root_words *words);
void root_words_free(struct root_words *words);

/* The first that is not below the address. */
size_t root_words_from(const struct root_words *words, uint64_t address);
bool root_words_has(const struct root_words *words, uint64_t address);

#endif

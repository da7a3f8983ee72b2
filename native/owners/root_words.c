/* SPDX-License-Identifier: MIT */
#include "root_words.h"

#include "../inspect/list_room.h"

#include <string.h>

enum { first_words = 4096, word_limit = 1 << 24 };

void root_words_add(struct root_words *words, uint64_t address, uint32_t stack) {
    struct root_word *list = words->count == word_limit ? NULL
                                                        : list_with_room(words->list, words->count, &words->capacity,
                                                                         first_words, sizeof *list);
    if (list == NULL) {
        words->missing++;
        return;
    }
    words->list = list;
    list[words->count++] = (struct root_word){address, stack};
}

static int by_address(const void *left, const void *right) {
    const struct root_word *one = left;
    const struct root_word *other = right;
    if (one->address != other->address) {
        return one->address < other->address ? -1 : 1;
    }
    return (one->stack > other->stack) - (one->stack < other->stack);
}

void root_words_sort(struct root_words *words) {
    size_t kept = 0;
    if (words->count > 0) {
        qsort(words->list, words->count, sizeof *words->list, by_address);
    }
    for (size_t index = 0; index < words->count; index++) {
        if (kept == 0 || by_address(&words->list[kept - 1], &words->list[index]) != 0) {
            words->list[kept++] = words->list[index];
        }
    }
    words->count = kept;
}

void root_words_free(struct root_words *words) {
    free(words->list);
    memset(words, 0, sizeof *words);
}

size_t root_words_from(const struct root_words *words, uint64_t address) {
    size_t from = 0;
    size_t to = words->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (words->list[middle].address < address) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

bool root_words_has(const struct root_words *words, uint64_t address) {
    size_t at = root_words_from(words, address);
    return at < words->count && words->list[at].address == address;
}

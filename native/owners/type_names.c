/* SPDX-License-Identifier: MIT */
#include "type_names.h"

#include "hotspot/mapped_file.h"
#include "vtable_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { first_text = 4096, text_limit = 64 << 20 };

/* An address and where it stands in the list. */
struct numbered {
    uint64_t address;
    uint32_t index;
};

struct search {
    const struct target *target;
    struct type_names *names;
    const struct numbered *sorted;
    size_t count;
    size_t next; /* of `sorted`, the first that is not before the mappings that were read */
    struct mapped_file file;
    struct vtable_place *places; /* in that file */
    size_t place_count;
    bool has_no_memory;
};

static int by_address(const void *left, const void *right) {
    const struct numbered *one = left;
    const struct numbered *other = right;
    return (one->address > other->address) - (one->address < other->address);
}

static bool add_name(void *to, uint32_t index, const char *symbol) {
    struct search *search = to;
    struct type_names *names = search->names;
    size_t bytes = strlen(symbol) + 1;
    if (names->text_bytes + bytes > names->text_capacity) {
        size_t larger = names->text_capacity == 0 ? (size_t)first_text : names->text_capacity * 2;
        char *text = larger > text_limit ? NULL : realloc(names->text, larger);
        if (text == NULL) {
            search->has_no_memory = larger <= text_limit;
            return false;
        }
        names->text = text;
        names->text_capacity = larger;
    }
    memcpy(names->text + names->text_bytes, symbol, bytes);
    names->at[index] = (uint32_t)names->text_bytes;
    names->text_bytes += bytes;
    return true;
}

static void name_places(struct search *search) {
    /* Another file may have that path by now. */
    enum mapped_file_is is;
    int descriptor = search->place_count == 0 ? -1 : mapped_file_open(search->target, &search->file, true, &is);
    if (descriptor >= 0) {
        vtable_symbols_find(descriptor, search->target->deadline, search->places, search->place_count, add_name,
                            search);
        (void)close(descriptor);
    }
    search->place_count = 0;
}

/* Mappings of one file stand together: its symbols are read once for all of them. */
static bool take_mapping(void *to, const struct mapped_file *file) {
    struct search *search = to;
    while (search->next < search->count && search->sorted[search->next].address < file->start) {
        search->next++;
    }
    for (; search->next < search->count && search->sorted[search->next].address < file->end; search->next++) {
        if (search->file.inode != file->inode || strcmp(search->file.path, file->path) != 0) {
            name_places(search);
            search->file = *file;
        }
        const struct numbered *table = &search->sorted[search->next];
        search->places[search->place_count++] =
            (struct vtable_place){.file_offset = table->address - file->start + file->offset, .index = table->index};
    }
    return search->next < search->count;
}

static struct inspect_verdict read_maps(struct search *search) {
    if (search->count > 0) {
        mapped_file_each(search->target, take_mapping, search);
        name_places(search);
    }
    return search->has_no_memory ? inspect_failure("memory", ENOMEM)
                                 : deadline_verdict(search->target->deadline, "naming C++ classes");
}

struct inspect_verdict type_names_find(const struct target *target, const struct type_list *tables,
                                       struct type_names *names) {
    struct search search = {.target = target, .names = names, .count = tables->count};
    struct numbered *sorted = malloc((tables->count + 1) * sizeof *sorted);
    memset(names, 0, sizeof *names);
    names->at = malloc((tables->count + 1) * sizeof *names->at);
    search.places = malloc((tables->count + 1) * sizeof *search.places);
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    if (sorted != NULL && names->at != NULL && search.places != NULL) {
        memset(names->at, 0xff, (tables->count + 1) * sizeof *names->at);
        for (size_t index = 0; index < tables->count; index++) {
            sorted[index] = (struct numbered){tables->list[index], (uint32_t)index};
        }
        qsort(sorted, tables->count, sizeof *sorted, by_address);
        search.sorted = sorted;
        verdict = read_maps(&search);
    }
    free(sorted);
    free(search.places);
    if (verdict.status != inspect_ok) {
        type_names_free(names);
    }
    return verdict;
}

void type_names_free(struct type_names *names) {
    free(names->at);
    free(names->text);
    memset(names, 0, sizeof *names);
}

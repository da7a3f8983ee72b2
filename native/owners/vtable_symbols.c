/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "vtable_symbols.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    segments_most = 64,
    symbols_most = 1 << 24,
    symbols_a_read = 4096,
    /* Offset to the top and type information stand before the functions: Itanium C++ ABI, 2.5.2. */
    before_functions = 16,
    least_table_bytes = 24,
};
static const char prefix[] = "_ZTV";

struct search {
    int descriptor;
    const struct deadline *deadline;
    struct vtable_place *places; /* by address */
    size_t count;
    take_vtable *take;
    void *to;
};

/* As much as there is. */
static size_t read_at(int descriptor, uint64_t offset, void *to, size_t bytes) {
    if (offset > INT64_MAX - bytes) {
        return 0;
    }
    ssize_t got = pread(descriptor, to, bytes, (off_t)offset);
    return got > 0 ? (size_t)got : 0;
}

static bool read_whole(int descriptor, uint64_t offset, void *to, size_t bytes) {
    return read_at(descriptor, offset, to, bytes) == bytes;
}

static bool read_header(int descriptor, Elf64_Ehdr *header) {
    return read_whole(descriptor, 0, header, sizeof *header) && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
           header->e_phnum <= segments_most && header->e_phentsize == sizeof(Elf64_Phdr) &&
           header->e_shentsize == sizeof(Elf64_Shdr) && header->e_shnum > 0;
}

static int by_address(const void *left, const void *right) {
    const struct vtable_place *one = left;
    const struct vtable_place *other = right;
    return (one->address > other->address) - (one->address < other->address);
}

/* Keeps the places that a segment loads. */
static bool locate(struct search *search, const Elf64_Ehdr *header) {
    Elf64_Phdr segments[segments_most];
    size_t kept = 0;
    if (!read_whole(search->descriptor, header->e_phoff, segments, header->e_phnum * sizeof *segments)) {
        return false;
    }
    for (size_t index = 0; index < search->count; index++) {
        struct vtable_place place = search->places[index];
        for (size_t at = 0; at < header->e_phnum; at++) {
            const Elf64_Phdr *segment = &segments[at];
            if (segment->p_type == PT_LOAD && place.file_offset >= segment->p_offset &&
                place.file_offset - segment->p_offset < segment->p_filesz) {
                place.address = segment->p_vaddr + (place.file_offset - segment->p_offset);
                place.is_named = false;
                search->places[kept++] = place;
                break;
            }
        }
    }
    search->count = kept;
    if (kept > 0) {
        qsort(search->places, kept, sizeof *search->places, by_address);
    }
    return kept > 0;
}

/* The first at the address or behind it. */
static size_t place_from(const struct search *search, uint64_t address) {
    size_t low = 0;
    size_t high = search->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->places[middle].address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool read_name(int descriptor, const Elf64_Shdr *strings, uint32_t at, char *name) {
    if (at >= strings->sh_size || strings->sh_offset > INT64_MAX) {
        return false;
    }
    uint64_t left = strings->sh_size - at;
    size_t got = read_at(descriptor, strings->sh_offset + at, name,
                         left < vtable_name_bytes - 1 ? (size_t)left : (size_t)vtable_name_bytes - 1);
    name[got] = '\0';
    return strncmp(name, prefix, sizeof prefix - 1) == 0;
}

/* False: the caller has enough. */
static bool name_places(struct search *search, const Elf64_Sym *symbol, const Elf64_Shdr *strings) {
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_size < least_table_bytes ||
        ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT || symbol->st_value > UINT64_MAX - symbol->st_size) {
        return true;
    }
    uint64_t end = symbol->st_value + symbol->st_size;
    char name[vtable_name_bytes];
    bool has_name = false;
    for (size_t index = place_from(search, symbol->st_value + before_functions);
         index < search->count && search->places[index].address < end; index++) {
        struct vtable_place *place = &search->places[index];
        if (place->is_named) {
            continue;
        }
        if (!has_name && !read_name(search->descriptor, strings, symbol->st_name, name)) {
            return true;
        }
        has_name = true;
        place->is_named = true;
        if (!search->take(search->to, place->index, name)) {
            return false;
        }
    }
    return true;
}

static bool read_table(struct search *search, const Elf64_Shdr *table, const Elf64_Shdr *strings) {
    Elf64_Sym symbols[symbols_a_read];
    uint64_t count = table->sh_size / sizeof *symbols;
    uint64_t most = count < symbols_most ? count : (uint64_t)symbols_most;
    if (table->sh_offset > INT64_MAX) {
        return true;
    }
    for (uint64_t first = 0; first < most; first += symbols_a_read) {
        uint64_t left = most - first;
        size_t asked = left < symbols_a_read ? (size_t)left : (size_t)symbols_a_read;
        size_t got =
            read_at(search->descriptor, table->sh_offset + first * sizeof *symbols, symbols, asked * sizeof *symbols) /
            sizeof *symbols;
        for (size_t index = 0; index < got; index++) {
            if (deadline_is_over_at(search->deadline, first + index) ||
                !name_places(search, &symbols[index], strings)) {
                return false;
            }
        }
        if (got < asked) {
            break;
        }
    }
    return true;
}

void vtable_symbols_find(int descriptor, const struct deadline *deadline, struct vtable_place *places, size_t count,
                         take_vtable *take, void *to) {
    struct search search = {descriptor, deadline, places, count, take, to};
    Elf64_Ehdr header;
    if (!read_header(descriptor, &header) || !locate(&search, &header)) {
        return;
    }
    Elf64_Shdr *sections = malloc(header.e_shnum * sizeof *sections);
    if (sections != NULL && !read_whole(descriptor, header.e_shoff, sections, header.e_shnum * sizeof *sections)) {
        free(sections);
        return;
    }
    for (size_t index = 0; sections != NULL && index < header.e_shnum; index++) {
        const Elf64_Shdr *table = &sections[index];
        if ((table->sh_type == SHT_DYNSYM || table->sh_type == SHT_SYMTAB) && table->sh_link < header.e_shnum &&
            !read_table(&search, table, &sections[table->sh_link])) {
            break;
        }
    }
    free(sections);
}

/* SPDX-License-Identifier: MIT */
/*
 * Changes of a loaded object's dynamic symbols, over tables as linkers make them: whatever names there are, how they
 * fall into buckets and which of them are only asked for, the first definition of each name leads where it is told, and
 * nothing else in the object changes. An object that the dynamic linker has loaded is not doubted: its code runs in the
 * same process. The input: buckets, targets, flags, then names of up to four letters.
 */
#define _GNU_SOURCE
#include "symbol_table.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { header_input = 4, name_input = 2, name_bytes = 5, most_symbols = 200, most_targets = 8, bloom_words = 1 };

/* An object: what the dynamic section names, in one segment. */
struct image {
    ElfW(Dyn) dynamic[4];
    struct {
        uint32_t bucket_count, first_symbol, bloom_words, bloom_shift;
        uint64_t bloom[bloom_words];
        uint32_t words[256 + most_symbols]; /* buckets, then the chain */
    } hash;
    char names[(most_symbols + 1) * name_bytes];
    _Alignas(16) ElfW(Sym) symbols[most_symbols + 1]; /* the first is nobody's */
};

enum { image_bytes = (sizeof(struct image) + 4095) / 4096 * 4096 };
static struct image *image;
static struct image model;
static uint16_t segment_flags;
static bool has_table;
static const char function = 0;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int fuzz_iterate_phdr(int (*look)(struct dl_phdr_info *, size_t, void *), void *context);

/* In the place of dl_iterate_phdr: this one object. */
int fuzz_iterate_phdr(int (*look)(struct dl_phdr_info *, size_t, void *), void *context) {
    const ElfW(Phdr) segments[] = {
        {.p_type = PT_LOAD, .p_vaddr = 0, .p_memsz = image_bytes, .p_flags = segment_flags},
        {.p_type = has_table ? PT_DYNAMIC : PT_NULL, .p_vaddr = offsetof(struct image, dynamic)},
    };
    struct dl_phdr_info info = {.dlpi_addr = (uintptr_t)image, .dlpi_phdr = segments, .dlpi_phnum = 2};
    return look(&info, sizeof info, context);
}

/* Of three letters, so that names repeat and hashes fall together. */
static void name_from(const uint8_t *data, char name[name_bytes]) {
    size_t length = 1 + data[0] % (name_bytes - 1);
    for (size_t index = 0; index < length; index++) {
        name[index] = (char)('a' + (data[1] >> (index * 2) & 3) % 3);
    }
    name[length] = '\0';
}

static uint32_t gnu_hash(const char *name) {
    uint32_t hash = 5381;
    for (; *name != '\0'; name++) {
        hash = hash * 33 + (unsigned char)*name;
    }
    return hash;
}

/* As the System V ABI has it, of 64 bits: gABI, "Hash Table". */
static uint32_t older_hash(const char *name) {
    uint64_t hash = 0;
    for (; *name != '\0'; name++) {
        hash = (hash << 4) + (unsigned char)*name;
        uint64_t high = hash & 0xf0000000;
        hash ^= high >> 24;
        hash &= ~high;
    }
    return (uint32_t)hash;
}

/* Symbols in the order of their buckets, as the format wants them. */
static size_t put_symbols(const uint8_t *data, size_t count, uint32_t buckets) {
    uint32_t *chain = image->hash.words + buckets;
    size_t put = 0;
    for (uint32_t bucket = 0; bucket < buckets; bucket++) {
        size_t first = put;
        for (size_t index = 0; index < count; index++) {
            char name[name_bytes];
            name_from(data + index * name_input, name);
            if (gnu_hash(name) % buckets != bucket) {
                continue;
            }
            size_t name_at = ++put * name_bytes;
            memcpy(image->names + name_at, name, name_bytes);
            image->symbols[put] = (ElfW(Sym)){
                .st_name = (uint32_t)name_at,
                .st_info = ELF64_ST_INFO(STB_GLOBAL, data[index * name_input] & 64 ? STT_GNU_IFUNC : STT_OBJECT),
                .st_shndx = data[index * name_input] & 128 ? SHN_UNDEF : 1,
                .st_value = put,
            };
            chain[put - 1] = gnu_hash(name) & ~1U;
        }
        image->hash.words[bucket] = put > first ? (uint32_t)first + 1 : 0;
        if (put > first) {
            chain[put - 1] |= 1;
        }
    }
    return put;
}

/* The older form of the same, in its place: the first of each name comes first in its chain. */
static void put_older_hash(size_t count, uint32_t bucket_count) {
    uint32_t *words = (uint32_t *)&image->hash;
    uint32_t *buckets = words + 2;
    uint32_t *chain = buckets + bucket_count;
    memset(&image->hash, 0, sizeof image->hash);
    words[0] = bucket_count;
    words[1] = (uint32_t)count + 1;
    for (uint32_t index = (uint32_t)count; index > 0; index--) {
        uint32_t *bucket = &buckets[older_hash(image->names + image->symbols[index].st_name) % bucket_count];
        chain[index] = *bucket;
        *bucket = index;
    }
}

static void make_image(const uint8_t *data, size_t bytes, uint8_t flags) {
    uint32_t buckets = data[0];
    size_t count = (bytes - header_input) / name_input;
    uintptr_t base = flags & 1 ? 0 : (uintptr_t)image; /* as other libcs leave it, and as glibc does */
    memset(image, 0, sizeof *image);
    image->dynamic[0] = (ElfW(Dyn)){DT_SYMTAB, {.d_ptr = base + offsetof(struct image, symbols)}};
    image->dynamic[1] = (ElfW(Dyn)){DT_STRTAB, {.d_ptr = base + offsetof(struct image, names)}};
    image->dynamic[2] = (ElfW(Dyn)){flags & 2 ? DT_HASH : DT_GNU_HASH, {.d_ptr = base + offsetof(struct image, hash)}};
    image->hash.bucket_count = buckets;
    image->hash.first_symbol = 1;
    image->hash.bloom_words = bloom_words;
    size_t put = put_symbols(data + header_input, count < most_symbols ? count : most_symbols, buckets);
    if ((flags & 2) != 0) {
        put_older_hash(put, buckets);
    }
    segment_flags = flags & 4 ? PF_R | PF_X : PF_R;
    has_table = (flags & 8) == 0;
}

/* The same by looking at every symbol. */
static void retarget_model(const struct symbol_target *target) {
    for (size_t index = 1; index <= most_symbols; index++) {
        ElfW(Sym) *symbol = &model.symbols[index];
        if (symbol->st_name == 0 || symbol->st_shndx == SHN_UNDEF ||
            strcmp(model.names + symbol->st_name, target->name) != 0) {
            continue;
        }
        if (target->function == NULL) {
            symbol->st_value = 0;
            symbol->st_shndx = SHN_UNDEF;
        } else {
            symbol->st_value = (uintptr_t)target->function - (uintptr_t)image;
            symbol->st_info = ELF64_ST_INFO(ELF64_ST_BIND(symbol->st_info), STT_FUNC);
        }
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < header_input) {
        return 0;
    }
    if (image == NULL) {
        image = mmap(NULL, image_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (image == MAP_FAILED || mprotect(image, image_bytes, PROT_READ | PROT_WRITE) != 0) {
        abort();
    }
    uint8_t flags = data[2];
    make_image(data, bytes, flags);
    char names[most_targets][name_bytes];
    struct symbol_target targets[most_targets];
    size_t count = 0;
    for (size_t at = 0; at < data[1] % most_targets; at++) { /* each name once */
        const uint8_t from[name_input] = {(uint8_t)(data[3] + at), (uint8_t)(data[3] * (at + 1))};
        name_from(from, names[count]);
        bool is_new = true;
        for (size_t other = 0; other < count; other++) {
            is_new = is_new && strcmp(names[other], names[count]) != 0;
        }
        targets[count] = (struct symbol_target){names[count], flags >> (4 + at % 4) & 1 ? &function : NULL};
        count += is_new;
    }
    model = *image;
    symbol_table_retarget(&image->names, targets, count);
    if ((flags & (4 | 8)) == 0) {
        for (size_t index = 0; index < count; index++) {
            retarget_model(&targets[index]);
        }
    }
    if (memcmp(image, &model, sizeof model) != 0) {
        abort();
    }
    return 0;
}

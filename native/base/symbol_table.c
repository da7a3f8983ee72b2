/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "symbol_table.h"

#include "sys_pages.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The start of DT_GNU_HASH; a Bloom filter of `bloom_words` words follows, then the buckets, then a chain of hashes
 * beside the symbols from `first_symbol` on. The lowest bit of a hash tells whether its chain ends there. */
struct gnu_hash {
    uint32_t bucket_count;
    uint32_t first_symbol;
    uint32_t bloom_words;
    uint32_t bloom_shift;
};

/* The start of DT_HASH, the older form; the buckets follow, then a chain of symbols' indices. */
struct sysv_hash {
    uint32_t bucket_count;
    uint32_t symbol_count;
};

struct symbol_table {
    const void *address; /* what is searched for */
    uintptr_t base;
    ElfW(Sym) * symbols; /* NULL: none that can be searched */
    const char *names;
    const struct gnu_hash *hash; /* NULL: it has the older form alone */
    const struct sysv_hash *sysv_hash;
    bool is_beside_code;
};

static const ElfW(Phdr) * segment_with(const struct dl_phdr_info *info, uintptr_t address) {
    for (ElfW(Half) index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[index];
        if (segment->p_type == PT_LOAD && address - (info->dlpi_addr + segment->p_vaddr) < segment->p_memsz) {
            return segment;
        }
    }
    return NULL;
}

/* glibc makes addresses of what stands in the dynamic section, other libcs leave the offsets. */
static uintptr_t address_of(const ElfW(Dyn) * entry, uintptr_t base) {
    return entry->d_un.d_ptr < base ? base + entry->d_un.d_ptr : entry->d_un.d_ptr;
}

static void read_dynamic(struct symbol_table *table, const ElfW(Dyn) * entry) {
    for (; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_SYMTAB) {
            table->symbols = (ElfW(Sym) *)address_of(entry, table->base);
        } else if (entry->d_tag == DT_STRTAB) {
            table->names = (const char *)address_of(entry, table->base);
        } else if (entry->d_tag == DT_GNU_HASH) {
            table->hash = (const struct gnu_hash *)address_of(entry, table->base);
        } else if (entry->d_tag == DT_HASH) {
            table->sysv_hash = (const struct sysv_hash *)address_of(entry, table->base);
        }
    }
}

static int look_at(struct dl_phdr_info *info, size_t size, void *context) {
    struct symbol_table *table = context;
    (void)size;
    if (segment_with(info, (uintptr_t)table->address) == NULL) {
        return 0;
    }
    table->base = info->dlpi_addr;
    for (ElfW(Half) index = 0; index < info->dlpi_phnum; index++) {
        if (info->dlpi_phdr[index].p_type == PT_DYNAMIC) {
            read_dynamic(table, (const ElfW(Dyn) *)(table->base + info->dlpi_phdr[index].p_vaddr));
        }
    }
    const ElfW(Phdr) *segment = segment_with(info, (uintptr_t)table->symbols);
    if (segment == NULL || table->names == NULL || (table->hash == NULL && table->sysv_hash == NULL)) {
        table->symbols = NULL;
    } else {
        table->is_beside_code = (segment->p_flags & PF_X) != 0;
    }
    return 1;
}

static bool is_definition_of(const struct symbol_table *table, const ElfW(Sym) * symbol, const char *name) {
    return symbol->st_shndx != SHN_UNDEF && strcmp(table->names + symbol->st_name, name) == 0;
}

static uint32_t sysv_hash_of(const char *name) {
    uint32_t hash = 0;
    for (const unsigned char *at = (const unsigned char *)name; *at != 0; at++) {
        hash = (hash << 4) + *at;
        hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
    }
    return hash;
}

static ElfW(Sym) * find_by_sysv_hash(const struct symbol_table *table, const char *name) {
    const struct sysv_hash *header = table->sysv_hash;
    const uint32_t *buckets = (const uint32_t *)(header + 1);
    const uint32_t *chain = buckets + header->bucket_count;
    uint32_t index = header->bucket_count == 0 ? 0 : buckets[sysv_hash_of(name) % header->bucket_count];
    /* A chain has no symbol twice. */
    for (uint32_t looks = 0; index != STN_UNDEF && looks < header->symbol_count; looks++, index = chain[index]) {
        if (is_definition_of(table, &table->symbols[index], name)) {
            return &table->symbols[index];
        }
    }
    return NULL;
}

static uint32_t hash_of(const char *name) {
    uint32_t hash = 5381;
    for (const unsigned char *at = (const unsigned char *)name; *at != 0; at++) {
        hash = hash * 33 + *at;
    }
    return hash;
}

static ElfW(Sym) * find(const struct symbol_table *table, const char *name) {
    const struct gnu_hash *header = table->hash;
    if (header == NULL) {
        return find_by_sysv_hash(table, name);
    }
    const uint32_t *bloom = (const uint32_t *)(header + 1); /* of words as long as an address */
    const uint32_t *buckets = bloom + header->bloom_words * (sizeof(uintptr_t) / sizeof *bloom);
    const uint32_t *chain = buckets + header->bucket_count;
    uint32_t hash = hash_of(name);
    uint32_t index = header->bucket_count == 0 ? 0 : buckets[hash % header->bucket_count];
    if (index < header->first_symbol) {
        return NULL; /* an empty bucket */
    }
    for (;; index++) {
        uint32_t found = chain[index - header->first_symbol];
        ElfW(Sym) *symbol = &table->symbols[index];
        if ((found | 1) == (hash | 1) && is_definition_of(table, symbol, name)) {
            return symbol;
        }
        if ((found & 1) != 0) {
            return NULL;
        }
    }
}

/* A symbol without a value and a section is an undefined one: no lookup ends at it. */
static void set(const struct symbol_table *table, ElfW(Sym) * symbol, const void *function) {
    if (function == NULL) {
        symbol->st_value = 0;
        symbol->st_shndx = SHN_UNDEF;
    } else {
        symbol->st_value = (uintptr_t)function - table->base;
        /* It may have been one that chooses a function (STT_GNU_IFUNC). */
        symbol->st_info = ELF64_ST_INFO(ELF64_ST_BIND(symbol->st_info), STT_FUNC);
    }
}

bool symbol_table_defines(const void *address, const char *name) {
    struct symbol_table table = {.address = address};
    (void)dl_iterate_phdr(look_at, &table);
    return table.symbols != NULL && find(&table, name) != NULL;
}

void symbol_table_retarget(const void *address, const struct symbol_target *targets, size_t count) {
    struct symbol_table table = {.address = address};
    (void)dl_iterate_phdr(look_at, &table);
    if (table.symbols == NULL || table.is_beside_code) {
        return;
    }
    uintptr_t from = UINTPTR_MAX;
    uintptr_t to = 0;
    for (size_t index = 0; index < count; index++) {
        uintptr_t symbol = (uintptr_t)find(&table, targets[index].name);
        if (symbol != 0) {
            from = symbol < from ? symbol : from;
            to = symbol + sizeof(ElfW(Sym)) > to ? symbol + sizeof(ElfW(Sym)) : to;
        }
    }
    from -= from % pages_size();
    if (to <= from || !pages_protect((void *)from, pages_round_up(to - from), true)) {
        return;
    }
    for (size_t index = 0; index < count; index++) {
        ElfW(Sym) *symbol = find(&table, targets[index].name);
        if (symbol != NULL) {
            set(&table, symbol, targets[index].function);
        }
    }
    (void)pages_protect((void *)from, pages_round_up(to - from), false);
}

/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "own_symbols.h"

#include "compiler.h"
#include "sys_pages.h"

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The start of this library, made by the linker; link.h has _DYNAMIC. */
extern HIDDEN const ElfW(Ehdr) __ehdr_start;

/* glibc makes addresses of what stands here, other libcs leave the offsets. */
static uintptr_t dynamic_address(ElfW(Sxword) tag) {
    uintptr_t base = (uintptr_t)&__ehdr_start;
    for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == tag) {
            return entry->d_un.d_ptr < base ? base + entry->d_un.d_ptr : entry->d_un.d_ptr;
        }
    }
    return 0;
}

/* Of DT_HASH: how many buckets, and how many chains, one for each symbol (System V ABI, "Hash Table"). */
static size_t symbol_count(void) {
    const uint32_t *hash = (const uint32_t *)dynamic_address(DT_HASH);
    return hash != NULL ? hash[1] : 0;
}

static bool is_any_of(uintptr_t address, const void *const *functions, size_t count) {
    for (size_t index = 0; index < count; index++) {
        if (address == (uintptr_t)functions[index]) {
            return true;
        }
    }
    return false;
}

/* A symbol without a value and a section is an undefined one: no lookup ends at it. */
static void hide_in(ElfW(Sym) * symbols, size_t symbol_count, const void *const *functions, size_t count) {
    for (size_t index = 0; index < symbol_count; index++) {
        ElfW(Sym) *symbol = &symbols[index];
        bool is_defined = symbol->st_shndx != SHN_UNDEF;
        if (is_defined && is_any_of((uintptr_t)&__ehdr_start + symbol->st_value, functions, count)) {
            symbol->st_value = 0;
            symbol->st_shndx = SHN_UNDEF;
        }
    }
}

void own_symbols_hide(const void *const *functions, size_t count) {
    ElfW(Sym) *symbols = (ElfW(Sym) *)dynamic_address(DT_SYMTAB);
    size_t symbols_count = symbol_count();
    if (symbols == NULL || symbols_count == 0) {
        return;
    }
    char *pages = (char *)symbols - (uintptr_t)symbols % pages_size();
    size_t bytes = pages_round_up((size_t)((char *)(symbols + symbols_count) - pages));
    if (pages_protect(pages, bytes, true)) {
        hide_in(symbols, symbols_count, functions, count);
        (void)pages_protect(pages, bytes, false);
    }
}

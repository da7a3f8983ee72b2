/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "own_symbols.h"

#include "sys_pages.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>

static ElfW(Sym) * symbol_of(const void *function) {
    Dl_info info;
    void *symbol = NULL;
    bool found = dladdr1(function, &info, &symbol, RTLD_DL_SYMENT) != 0 && info.dli_saddr == function;
    return found ? symbol : NULL;
}

/* A symbol without a value and a section is an undefined one: no lookup ends at it. */
void own_symbols_hide(const void *const functions[own_symbols_most], size_t count) {
    ElfW(Sym) * symbols[own_symbols_most];
    ElfW(Sym) *first = NULL;
    ElfW(Sym) *last = NULL;
    for (size_t index = 0; index < count; index++) {
        ElfW(Sym) *symbol = symbol_of(functions[index]);
        first = symbol != NULL && (first == NULL || symbol < first) ? symbol : first;
        last = symbol > last ? symbol : last;
        symbols[index] = symbol;
    }
    if (first == NULL) {
        return;
    }
    char *pages = (char *)first - (uintptr_t)first % pages_size();
    size_t bytes = pages_round_up((size_t)((char *)(last + 1) - pages));
    if (!pages_protect(pages, bytes, true)) {
        return;
    }
    for (size_t index = 0; index < count; index++) {
        if (symbols[index] != NULL) {
            symbols[index]->st_value = 0;
            symbols[index]->st_shndx = SHN_UNDEF;
        }
    }
    (void)pages_protect(pages, bytes, false);
}

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWN_SYMBOLS_H
#define OFFHEAP_OWN_SYMBOLS_H

#include <stddef.h>

/*
 * Takes back exported functions of this library: the dynamic linker passes their symbols over from now on, and finds
 * whoever is next, as if the library had never had them. That matters for libraries opened later with RTLD_LOCAL, whose
 * own scope may have a definition that RTLD_NEXT cannot see. Who was linked before keeps the address that it has. Best
 * effort. pre: there is one thread, and no symbol table shares a page with code (linked with -z separate-code), and a
 * hash table of the System V ABI is there (--hash-style=both)
 */
void own_symbols_hide(const void *const *functions, size_t count);

#endif

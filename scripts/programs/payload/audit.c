/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* What LD_AUDIT loads into a namespace of its own: sees each binding of the program's, and says so of malloc's first.
 */

static uintptr_t *program;
static atomic_flag is_said = ATOMIC_FLAG_INIT;

unsigned la_version(unsigned version) {
    return version < LAV_CURRENT ? version : LAV_CURRENT;
}

unsigned la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie) {
    (void)map;
    (void)namespace;
    if (program == NULL) {
        program = cookie;
    }
    return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned index, uintptr_t *from, uintptr_t *to, unsigned *flags,
                       const char *name) {
    (void)index;
    (void)to;
    (void)flags;
    if (from == program && strcmp(name, "malloc") == 0 && !atomic_flag_test_and_set(&is_said)) {
        (void)!write(STDOUT_FILENO, "malloc is bound\n", 16);
    }
    return symbol->st_value;
}

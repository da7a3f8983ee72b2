/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "libc_names.h"

#include "before_own.h"
#include "c_library.h"
#include "entry_points.h"
#include "loaded.h"
#include "others.h"
#include "symbol_table.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static const char *const names[] = {
#define NAME(name, type, parameters, arguments) #name,
    OFFHEAP_ENTRY_POINTS(NAME)
#undef NAME
};
enum { name_count = sizeof names / sizeof *names };

void libc_names_lead_here(void) {
    const void *libc = c_library_address();
    const void *next_free;
    memcpy(&next_free, &others.next_free, sizeof next_free);
    /* Who stands between us and libc may look up libc's, and would be given ours, which asks who is next. */
    if (before_own.program_has_malloc || !loaded_has(loaded_object_of(libc), next_free)) {
        return;
    }
    struct symbol_target targets[name_count];
    for (size_t index = 0; index < name_count; index++) {
        /* Ours, or those of a meter in front. */
        targets[index] = (struct symbol_target){names[index], dlsym(RTLD_DEFAULT, names[index])};
    }
    symbol_table_retarget(libc, targets, name_count);
}

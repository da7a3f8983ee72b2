/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "others.h"

#include "before_own.h"
#include "block.h"
#include "next_function.h"

struct others others;

void others_start(void) {
#define LOOK_UP(name, type, parameters, arguments) next_function_find(#name, &others.next_##name);
    OTHERS_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    before_own_look_up();
}

bool others_may_have(const void *pointer) {
    bool is_known = others.next_free != NULL && others.next_realloc != NULL && others.next_malloc_usable_size != NULL;
    return is_known && (before_own.program_has_malloc || !block_was_at(pointer));
}

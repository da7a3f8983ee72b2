/* SPDX-License-Identifier: MIT */
#include "climb_lives.h"

#include "climb_marks.h"

#include <stdlib.h>

bool climb_is_cut(const struct climb *climb) {
    return climb->is_short || climb_seeks(climb);
}

void climb_tell_lives(const struct climb *climb, enum object_life *lives) {
    for (uint32_t object = 0; object < climb->base_count; object++) {
        lives[object] = climb_has_bit(climb->are_rooted, object) ? object_lives : object_dead;
    }
    for (size_t index = 0; index < climb->guard_count; index++) {
        lives[climb->guards[index].base] = object_waits;
    }
    for (size_t index = 0; index < climb->guard_count; index++) {
        const struct guarding *guarding = &climb->guards[index];
        if (climb_has_bit(climb->are_rooted, guarding->guardian)) {
            lives[guarding->base] = object_lives;
        }
    }
}

bool climb_count_rooted(const struct climb *climb, uint64_t *rooted) {
    enum object_life *lives = calloc(climb->base_count + 1, sizeof *lives);
    *rooted = 0;
    if (lives == NULL) {
        return false;
    }
    climb_tell_lives(climb, lives);
    for (size_t object = 0; object < climb->base_count; object++) {
        *rooted += lives[object] == object_lives;
    }
    free(lives);
    return true;
}

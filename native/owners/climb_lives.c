/* SPDX-License-Identifier: MIT */
#include "climb_lives.h"

#include "climb_marks.h"

#include <stdlib.h>

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

static uint64_t count_living(const struct climb *climb, enum object_life *lives) {
    uint64_t count = 0;
    climb_tell_lives(climb, lives);
    for (size_t object = 0; object < climb->base_count; object++) {
        count += lives[object] == object_lives;
    }
    return count;
}

bool climb_count(struct climb *climb, uint64_t *rooted, uint64_t *waiting) {
    enum object_life *lives = calloc(climb->base_count + 1, sizeof *lives);
    bool is_good = lives != NULL;
    if (is_good) {
        *rooted = count_living(climb, lives);
        is_good = climb_trust_unseen(climb);
    }
    if (is_good) {
        *waiting = climb->base_count - count_living(climb, lives);
    }
    free(lives);
    return is_good;
}

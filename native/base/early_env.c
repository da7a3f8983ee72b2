/* SPDX-License-Identifier: MIT */
#include "early_env.h"

#include <stddef.h>
#include <sys/auxv.h>

/* The value when `entry` is NAME=value, else NULL. */
static const char *value_of(const char *entry, const char *name) {
    while (*name != '\0' && *entry == *name) {
        entry++;
        name++;
    }
    return *name == '\0' && *entry == '=' ? entry + 1 : NULL;
}

const char *early_env_get(char *const *environment, const char *name) {
    if (environment == NULL) {
        return NULL;
    }
    for (; *environment != NULL; environment++) {
        const char *value = value_of(*environment, name);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

bool early_env_is_untrusted(void) {
    return getauxval(AT_SECURE) != 0;
}

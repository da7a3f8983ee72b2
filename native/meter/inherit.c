/* SPDX-License-Identifier: MIT */
#include "inherit.h"

#include "early_env.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char preload[] = "LD_PRELOAD=";
static const char own_name[] = "libmeter.so";

static bool is_own(const char *path, size_t length) {
    size_t own_length = sizeof own_name - 1;
    return length >= own_length && memcmp(path + length - own_length, own_name, own_length) == 0 &&
           (length == own_length || path[length - own_length - 1] == '/');
}

/* The dynamic linker separates by colons and spaces. Colons are left. */
static void remove_own(char *list) {
    const char *from = list;
    char *to = list;
    while (*from != '\0') {
        size_t length = strcspn(from, ": ");
        if (length > 0 && !is_own(from, length)) {
            if (to != list) {
                *to++ = ':';
            }
            memmove(to, from, length);
            to += length;
        }
        from += length;
        from += strspn(from, ": ");
    }
    *to = '\0';
}

void inherit_start(char **environment) {
    const char *inherit = early_env_get(environment, "OFFHEAP_METER_INHERIT");
    if (inherit == NULL || strcmp(inherit, "off") != 0 || early_env_is_untrusted()) {
        return;
    }
    for (char **entry = environment; *entry != NULL; entry++) {
        if (strncmp(*entry, preload, sizeof preload - 1) == 0) {
            remove_own(*entry + sizeof preload - 1);
        }
    }
}

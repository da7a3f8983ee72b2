/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_EARLY_ENV_H
#define OFFHEAP_EARLY_ENV_H

#include <stdbool.h>

/*
 * Environment of a library that starts before libc has: the vector is the one the dynamic linker hands to constructors.
 * getenv() is not used, because the C library's own `environ` may not be set yet.
 */

/* The value, or NULL when the variable is not set. Points into the vector. */
const char *early_env_get(char *const *environment, const char *name);

/* True in a process that gained privileges at exec (set-user-ID): then the environment comes from a less trusted user.
 */
bool early_env_is_untrusted(void);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_DEFINITION_H
#define OFFHEAP_DEFINITION_H

/*
 * Which definition of a function the dynamic linker gives to the libraries of the program. A library that is preloaded
 * comes before libc, but the executable comes before it, and so does what is named earlier in LD_PRELOAD. For the start
 * of the process alone: a lookup may allocate.
 */

#include <stdbool.h>

/* The definition that comes before this library's; NULL when this library's is the first. pre: a function of libc's, or
 * a failure would be left for the program's dlerror() */
void *definition_before_own(const char *name);

/* Whether a function is of the executable itself. */
bool definition_is_of_program(const void *function);

#endif

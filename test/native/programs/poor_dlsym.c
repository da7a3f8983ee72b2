/* A library whose dlsym finds neither pvalloc nor valloc, as a libc without them. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

void *dlsym(void *restrict handle, const char *restrict name) {
    const char *version = strcmp(name, "aligned_alloc") == 0 ? "GLIBC_2.16" : "GLIBC_2.2.5";
    return dlvsym(handle, strstr(name, "valloc") != NULL ? "no_such_function" : name, version);
}

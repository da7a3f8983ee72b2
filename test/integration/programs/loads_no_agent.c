/* SPDX-License-Identifier: MIT */
/* As under a profile of AppArmor or SELinux: no file that is named like the agent can be loaded, wherever it lies. */
#include <dlfcn.h>
#include <string.h>

void *dlopen(const char *name, int flags) {
    void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
    return next(name != NULL && strstr(name, "allocator-agent") != NULL ? "/forbidden" : name, flags);
}

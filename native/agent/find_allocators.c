/* SPDX-License-Identifier: MIT */
#include "allocators.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

enum { objects_most = 512, names_bytes = 1 << 16 };

/* Names of what is loaded. They are copied: dlopen() may not be called while dl_iterate_phdr() holds its lock. */
struct objects {
    const char *names[objects_most];
    size_t count;
    char text[names_bytes];
    size_t used;
};

static const struct allocator_kind *const kinds[] = {&jemalloc_kind, &prefixed_jemalloc_kind, &tcmalloc_kind,
                                                     &mimalloc_kind, &glibc_kind};

static int add_object(struct dl_phdr_info *info, size_t size, void *to) {
    struct objects *objects = to;
    size_t bytes = info->dlpi_name == NULL ? 0 : strlen(info->dlpi_name) + 1;
    (void)size;
    if (bytes > 1 && objects->count < objects_most && bytes <= names_bytes - objects->used) {
        objects->names[objects->count++] = memcpy(objects->text + objects->used, info->dlpi_name, bytes);
        objects->used += bytes;
    }
    return 0;
}

static const void *base_of(void *function, const char **name) {
    Dl_info info;
    if (function == NULL || dladdr(function, &info) == 0) {
        return NULL;
    }
    if (name != NULL) {
        *name = info.dli_fname == NULL ? "" : info.dli_fname;
    }
    return info.dli_fbase;
}

static bool is_known(const struct found_allocators *found, const void *function) {
    for (size_t index = 0; index < found->count; index++) {
        if (found->list[index].calls.functions[0] == function) {
            return true;
        }
    }
    return false;
}

/* By a handle of dlopen(), or RTLD_DEFAULT. What a handle's dependencies have is found again with their own. */
static void add_of(void *handle, const struct allocator_kind *kind, struct found_allocators *found) {
    void *first = dlsym(handle, kind->functions[0]);
    if (first == NULL || is_known(found, first) || found->count == allocators_most) {
        return;
    }
    struct served *served = &found->list[found->count];
    const char *name = "";
    const void *base = base_of(first, &name);
    *served = (struct served){.kind = kind, .object = name};
    for (size_t index = 0; index < calls_most; index++) {
        void *function = kind->functions[index] == NULL ? NULL : dlsym(handle, kind->functions[index]);
        served->calls.functions[index] = base_of(function, NULL) == base ? function : NULL;
    }
    served->serves = base != NULL && base == base_of(dlsym(RTLD_DEFAULT, "malloc"), NULL);
    served->is_global = handle == RTLD_DEFAULT;
    found->count++;
}

/* A library that only counts may stand before the allocator: then the first that all of the process sees serves. */
static void choose_serving(struct found_allocators *found) {
    size_t chosen = found->count;
    for (size_t index = found->count; index > 0; index--) {
        if (found->list[index - 1].serves) {
            return;
        }
        chosen = found->list[index - 1].is_global ? index - 1 : chosen;
    }
    if (chosen < found->count) {
        found->list[chosen].serves = true;
    }
}

static void put_serving_first(struct found_allocators *found) {
    for (size_t index = 1; index < found->count; index++) {
        if (found->list[index].serves) {
            struct served first = found->list[index];
            memmove(&found->list[1], &found->list[0], index * sizeof first);
            found->list[0] = first;
            return;
        }
    }
}

void find_allocators(struct found_allocators *found) {
    static struct objects objects; /* the attach thread's stack is small, and there is one such thread */
    objects.count = 0;
    objects.used = 0;
    found->count = 0;
    dl_iterate_phdr(add_object, &objects);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        add_of(RTLD_DEFAULT, kinds[kind], found);
        for (size_t index = 0; index < objects.count; index++) {
            void *handle = dlopen(objects.names[index], RTLD_LAZY | RTLD_NOLOAD);
            if (handle != NULL) {
                add_of(handle, kinds[kind], found);
                dlclose(handle);
            }
        }
    }
    choose_serving(found);
    put_serving_first(found);
}

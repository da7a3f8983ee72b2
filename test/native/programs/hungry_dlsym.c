/* A library whose dlsym allocates while the meter looks up malloc, as that of older C libraries does. Two blocks stay
 * until main: one is then resized, and one freed. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

static char *kept, *freed;

void *dlsym(void *restrict handle, const char *restrict name) {
    if (strncmp(name, "pthread_", 8) == 0 || strcmp(name, "tss_create") == 0) {
        return NULL; /* looked up apart from malloc */
    }
    char *zeroed = calloc(3, 41);
    char *grown = realloc(strcpy(malloc(83), "contents"), 167);
    EXPECT(zeroed != NULL && zeroed[122] == 0 && grown != NULL && (size_t)memalign(64, 5) % 64 == 0);
    free(zeroed);
    kept = kept != NULL ? kept : strcpy(malloc(page_prime), "kept");
    freed = freed != NULL ? freed : memalign(4096, 7);
    return dlvsym(handle, name, strcmp(name, "aligned_alloc") == 0 ? "GLIBC_2.16" : "GLIBC_2.2.5");
}

/* By late_calls' constructor at the latest the functions are there. Nothing of this is counted as live. */
__attribute__((destructor)) static void destruct(void) {
    EXPECT(malloc_usable_size(kept) == page_prime && malloc_usable_size(freed) == 7);
    char *moved = realloc(kept, prime);
    EXPECT(moved != NULL && moved != kept && strcmp(moved, "kept") == 0 && malloc_usable_size(moved) >= prime);
    free(moved);
    free(freed);
}

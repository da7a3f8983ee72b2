/* A library whose dlsym allocates while the meter looks up malloc, as that of older C libraries does. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

void *dlsym(void *restrict handle, const char *restrict name) {
    char *zeroed = calloc(3, 41);
    char *grown = realloc(strcpy(malloc(83), "contents"), 167);
    EXPECT(zeroed != NULL && zeroed[122] == 0 && grown != NULL && (size_t)memalign(64, 5) % 64 == 0);
    free(zeroed);
    return dlvsym(handle, name, strcmp(name, "aligned_alloc") == 0 ? "GLIBC_2.16" : "GLIBC_2.2.5");
}

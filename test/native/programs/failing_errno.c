/* Prints what each function that fails returns, if it is an int, and the errno that it leaves. */
#include "expect.h"

static void print_errno(const char *name, int result) {
    int error = errno;
    printf("%s %d %d\n", name, result, error);
    errno = E2BIG;
}

int main(void) {
    void *block = NULL;
    size_t too_large = (size_t)PTRDIFF_MAX + 1;
    errno = E2BIG;
    print_errno("posix_memalign", posix_memalign(&block, 3, 8));
    print_errno("posix_memalign", posix_memalign(&block, 64, too_large));
    print_errno("posix_memalign", posix_memalign(&block, (size_t)1 << 62, 8));
    print_errno("aligned_alloc", aligned_alloc(64, too_large) != NULL);
    print_errno("malloc", malloc(too_large) != NULL);
    print_errno("calloc", calloc(too_large, 2) != NULL);
    print_errno("realloc", realloc(NULL, too_large) != NULL);
    print_errno("reallocarray", reallocarray(NULL, too_large, 2) != NULL);
}

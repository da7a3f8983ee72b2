/* Allocates before main, and frees when the process ends: constructor, atexit handler, destructor. Nothing is left. */
#include "expect.h"

static void *before_main;
static void *for_atexit;

static void at_exit(void) {
    free(for_atexit);
}

__attribute__((constructor)) static void construct(void) {
    before_main = malloc(prime);
    memset(before_main, 1, prime);
}

__attribute__((destructor)) static void destruct(void) {
    free(before_main);
}

int main(void) {
    for_atexit = malloc(page_prime);
    EXPECT(atexit(at_exit) == 0);
}

/* Built with a sanitizer, whose shadow takes terabytes of address space and whose malloc serves the program. */
#define _GNU_SOURCE
#include "forge.h"

int main(void) {
    char *volatile block = malloc(prime);
    EXPECT(block != NULL);
    memset(block, 1, prime);
    forge_wait();
}

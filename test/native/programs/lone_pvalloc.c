/* Calls pvalloc, and expects that the libc has none: the program ends there. */
#include "expect.h"

int main(void) {
    dprintf(STDOUT_FILENO, "started\n");
    EXPECT(pvalloc(5) == NULL);
}

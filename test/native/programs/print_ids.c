/* Prints the real and the effective user id, and whether the process is one of a set-user-id program; allocates. */
#include "expect.h"
#include <sys/auxv.h>

int main(void) {
    EXPECT(malloc(prime) != NULL);
    dprintf(STDOUT_FILENO, "%d %d %lu\n", (int)getuid(), (int)geteuid(), getauxval(AT_SECURE));
    return 0;
}

/* Keeps 300 of 3,000 blocks, loads a library of the system, and says "ready": as a static program it then has two
 * libcs. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

enum { blocks = 3000, each = 4999 };
static char *block[blocks];

int main(void) {
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index++)
        if (index % 10 != 0)
            free(block[index]);
    EXPECT(dlopen("libm.so.6", RTLD_NOW) != NULL && write(STDOUT_FILENO, "ready\n", 6) == 6);
    return pause();
}

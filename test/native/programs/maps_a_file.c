/*
 * Maps its own file, keeps 300 of 3,000 blocks, and says "ready". A position-independent static program lies above what
 * it has mapped.
 */
#define _GNU_SOURCE
#include "expect.h"
#include <fcntl.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

enum { blocks = 3000, each = 4999 };
static char *block[blocks];

int main(int count, char **arguments) {
    int file = open(arguments[0], O_RDONLY);
    EXPECT(count == 1 && mmap(NULL, page_size, PROT_READ, MAP_PRIVATE, file, 0) != MAP_FAILED);
#ifdef __GLIBC__
    EXPECT(gnu_get_libc_version()[0] == '2');
#endif
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index++)
        if (index % 10 != 0)
            free(block[index]);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    return pause();
}

/* Has 17 MiB of constants before all that is libc's in its file, keeps 300 blocks, and says "ready". */
#define _GNU_SOURCE
#include "expect.h"

enum { blocks = 300, each = 4999 };
const char constants[17 << 20] = {1};

int main(int count, char **arguments) {
    EXPECT(count == 1 && arguments[0] != NULL && constants[0] == 1);
    for (int index = 0; index < blocks; index++) {
        char *block = malloc(each);
        EXPECT(block != NULL && memset(block, 1, each));
    }
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    return pause();
}

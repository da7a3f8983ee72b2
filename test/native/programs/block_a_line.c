/* For each line of stdin a block more, and one less; then says "ok". */
#include "expect.h"

int main(void) {
    char line;
    EXPECT(write(STDOUT_FILENO, "ok\n", 3) == 3);
    while (read(STDIN_FILENO, &line, 1) == 1) {
        void *block = malloc(prime);
        EXPECT(block != NULL);
        free(block);
        EXPECT(write(STDOUT_FILENO, "ok\n", 3) == 3);
    }
    return 0;
}

/* Allocates, then executes argv[1] in the same process. */
#include "expect.h"

int main(int argc, char **argv) {
    EXPECT(argc > 1 && malloc(prime) != NULL);
    execl(argv[1], argv[1], (char *)NULL);
    return 1;
}

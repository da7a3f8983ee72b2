/* SPDX-License-Identifier: MIT */
/* many_arguments COUNT LENGTH: executes itself with so many arguments of so many bytes, then waits for the end of
 * stdin. */
#include "../../native/programs/expect.h"
#include <sys/resource.h>

int main(int count, char **arguments) {
    if (getenv("HAS_ALL") != NULL) {
        EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
        char end;
        return read(STDIN_FILENO, &end, 1) == 0 ? 0 : 1;
    }
    EXPECT(count == 3);
    size_t wanted = (size_t)atol(arguments[1]), length = (size_t)atol(arguments[2]);
    char **many = calloc(wanted + 2, sizeof *many), *text = calloc(length + 1, 1);
    EXPECT(many != NULL && text != NULL);
    memset(text, 'x', length);
    many[0] = arguments[0];
    for (size_t index = 1; index <= wanted; index++)
        many[index] = text;
    /* A quarter of it is what arguments may take. */
    struct rlimit stack = {64 << 20, 64 << 20};
    EXPECT(setrlimit(RLIMIT_STACK, &stack) == 0 && setenv("HAS_ALL", "", 1) == 0);
    execv(arguments[0], many);
    return 1;
}

/* SPDX-License-Identifier: MIT */
/* Executes itself anew every 50 ms, each time by other arguments, until its stdin ends. */
#include "../../native/programs/expect.h"
#include <poll.h>

int main(int count, char **arguments) {
    if (count == 1)
        EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, 50) == 0)
        execl(arguments[0], arguments[0], count == 2 ? "-jar" : "App", count == 2 ? "app.jar" : NULL, (char *)NULL);
    return 0;
}

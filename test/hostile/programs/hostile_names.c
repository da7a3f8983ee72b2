/* SPDX-License-Identifier: MIT */
/* hostile_names FILE NAME …: maps the file, gives its thread the name, and waits for the end of stdin. */
#include "../../native/programs/expect.h"
#include <fcntl.h>
#include <sys/prctl.h>

int main(int count, char **arguments) {
    EXPECT(count > 2);
    int file = open(arguments[1], O_RDONLY | O_CLOEXEC);
    char *mapped = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    EXPECT(mapped != MAP_FAILED);
    mapped[0] = 1;
    EXPECT(malloc(prime) != NULL && prctl(PR_SET_NAME, arguments[2]) == 0);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    char end;
    return read(STDIN_FILENO, &end, 1) == 0 ? 0 : 1;
}

/* A child of vfork shares the parent's page until it executes a program, which then has a page of its own. Runs
 * argv[1]. */
#include "expect.h"
#include <sys/wait.h>

int main(int argc, char **argv) {
    EXPECT(argc > 1);
    if (vfork() == 0) {
        free(malloc(prime));
        execl(argv[1], argv[1], (char *)NULL);
        _exit(1);
    }
    int status;
    EXPECT(wait(&status) > 0 && status == 0);
    free(malloc(page_prime));
}

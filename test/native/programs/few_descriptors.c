/* Under a limit of 40 descriptors, which holds from its start on. Prints the first one that it gets; it gets all but
 * one for each of two libraries. */
#include "expect.h"
#include <fcntl.h>
#include <sys/resource.h>
enum { most = 40 };

int main(int argc, char **argv) {
    struct rlimit limit = {most, most};
    EXPECT(argc == 1 || argc == 2);
    if (argc == 1) {
        EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        execl("/proc/self/exe", argv[0], "limited", NULL);
    }
    int first = open("/dev/null", O_RDONLY), last = first;
    for (int next = first; next >= 0; next = open("/dev/null", O_RDONLY)) {
        last = next;
    }
    EXPECT(errno == EMFILE && last >= most - 3 && malloc(prime) != NULL);
    printf("%d\n", first);
}

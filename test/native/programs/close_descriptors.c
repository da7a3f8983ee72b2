/* A program that closes every descriptor, as daemons do, and uses their numbers itself: neither it nor its child loses
 * one. */
#include "expect.h"
#include <fcntl.h>
#include <sys/wait.h>

int main(void) {
    for (int descriptor = 3; descriptor < 1024; descriptor++) {
        close(descriptor);
    }
    int own = open("/dev/null", O_WRONLY);
    EXPECT(dup2(own, 512) == 512);
    if (fork() == 0) {
        _exit(fcntl(512, F_GETFD) == -1);
    }
    int status;
    EXPECT(wait(&status) > 0 && status == 0);
    EXPECT(fcntl(512, F_GETFD) == 0 && malloc(prime) != NULL);
}

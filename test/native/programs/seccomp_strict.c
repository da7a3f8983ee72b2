/* What a sandbox allows that ends a process for any system call but read, write and exit: free(malloc()). */
#include "expect.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int main(void) {
    free(malloc(100));
    EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
    for (int i = 0; i < 9; i++) {
        free(malloc(100));
    }
    syscall(SYS_exit, 0);
}

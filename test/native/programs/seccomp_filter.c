/* A new thread, which has allocated nothing yet, allocates in every way under a filter that ends the process for all
 * system calls but those that an allocator makes. */
#include "expect.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static void *work(void *argument) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(mprotect),
        ALLOW(write),
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    /* mprotect is glibc's, for its arenas; not when argv[1] says so. */
    if (argument != NULL) {
        memmove(&rules[11], &rules[13], sizeof rules - 13 * sizeof *rules);
    }
    struct sock_fprog program = {sizeof rules / sizeof *rules - (argument != NULL ? 2 : 0), rules};
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    for (size_t size = 1; size < 3000000; size += size / 3 + 7) {
        void *aligned;
        free(realloc(malloc(size), 2 * size)), free(calloc(3, size)), free(memalign(4096, size)), free(valloc(size));
        EXPECT(posix_memalign(&aligned, 64, size) == 0 && malloc_usable_size(aligned) >= size);
        free(aligned);
    }
    syscall(SYS_exit_group, 0);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, work, argc > 1 ? argv[1] : NULL) == 0);
    pthread_join(thread, NULL);
}

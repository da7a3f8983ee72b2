/* New threads, which have allocated nothing yet, allocate in every way under a filter that ends the process for all
 * system calls but those that an allocator makes. Arguments: how many threads; anything more: without what glibc's
 * arenas need. Each leaves a block, and the last one ends the process. */
#include "expect.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static pthread_barrier_t all_there;
static _Atomic int to_come;

static void *work(void *argument) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(sched_yield),
        ALLOW(futex),
        ALLOW(mprotect),
        ALLOW(write),
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    /* These two are glibc's, for its arenas; not when argv[2] says so. */
    if (argument != NULL) {
        memmove(&rules[13], &rules[17], sizeof rules - 17 * sizeof *rules);
    }
    struct sock_fprog program = {sizeof rules / sizeof *rules - (argument != NULL ? 4 : 0), rules};
    pthread_barrier_wait(&all_there);
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    for (size_t size = 1; size < 3000000; size += size / 3 + 7) {
        void *aligned;
        free(realloc(malloc(size), 2 * size)), free(calloc(3, size)), free(memalign(4096, size)), free(valloc(size));
        EXPECT(posix_memalign(&aligned, 64, size) == 0 && malloc_usable_size(aligned) >= size);
        free(aligned);
    }
    EXPECT(malloc(page_prime) != NULL);
    if (--to_come == 0)
        syscall(SYS_exit_group, 0);
    for (;;)
        sched_yield();
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 1;
    to_come = count;
    /* Or glibc looks up how many processors there are, and how memory is committed. */
    EXPECT(mallopt(M_ARENA_MAX, 4) == 1 && mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1);
    pthread_barrier_init(&all_there, NULL, (unsigned)count);
    for (int index = 0; index < count; index++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, work, argc > 2 ? argv[2] : NULL) == 0);
    }
    for (;;)
        pause();
}

/* Executes argv[2 …] under a filter that answers EACCES to the system call named by argv[1], as a security module may;
 * `all`: to each of them. */
#include "expect.h"
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* The program's own use of it would be refused as well: where it has one, those calls that have these bits. */
static const struct {
    const char *name;
    unsigned number, argument, bits;
} calls[] = {
    {"openat", SYS_openat, 2, O_CREAT},
    {"memfd_create", SYS_memfd_create, 0, 0},
    {"ftruncate", SYS_ftruncate, 0, 0},
    {"pwrite64", SYS_pwrite64, 0, 0},
    {"mmap", SYS_mmap, 3, MAP_SHARED},
    {"fcntl", SYS_fcntl, 0, 0},
    {"getpid", SYS_getpid, 0, 0},
    {"gettid", SYS_gettid, 0, 0},
    {"prctl", SYS_prctl, 0, 0},
    {"prlimit64", SYS_prlimit64, 0, 0},
    {"clock_gettime", SYS_clock_gettime, 0, 0},
    {"rt_sigprocmask", SYS_rt_sigprocmask, 0, 0},
};
enum { call_count = sizeof calls / sizeof *calls };

int main(int argc, char **argv) {
    static struct sock_filter rules[2 + 5 * call_count];
    unsigned short length = 0;
    EXPECT(argc > 2);
    for (unsigned index = 0; index < call_count; index++) {
        if (strcmp(argv[1], calls[index].name) != 0 && strcmp(argv[1], "all") != 0)
            continue;
        struct sock_filter rule[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[index].number, 0, calls[index].bits == 0 ? 1 : 3),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * calls[index].argument),
            BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, calls[index].bits, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        };
        if (calls[index].bits == 0)
            rule[2] = rule[4];
        for (unsigned part = 0; part < (calls[index].bits == 0 ? 3 : 5); part++)
            rules[length++] = rule[part];
    }
    EXPECT(length > 0);
    rules[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, rules};
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    execv(argv[2], argv + 2);
    EXPECT(!"execv");
}

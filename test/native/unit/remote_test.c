/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "remote.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char secret[] = "thirteen and more bytes of the parent";

/* As Docker's default profile does without CAP_SYS_PTRACE. */
static void forbid_process_vm_readv(void) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void read_the_parent(pid_t parent) {
    char first[sizeof secret] = "";
    char last[13] = "";
    char nothing[8];
    struct remote_piece pieces[] = {
        {(uint64_t)(uintptr_t)secret, sizeof first, first, false},
        {1 << 12, sizeof nothing, nothing, true},
        {(uint64_t)(uintptr_t)secret, sizeof last, last, false},
    };
    CHECK(remote_read_pieces(&(struct remote){.pid = parent}, pieces, 3).status == inspect_ok);
    CHECK(pieces[0].is_read && !pieces[1].is_read && pieces[2].is_read);
    CHECK(strcmp(first, secret) == 0 && memcmp(last, secret, sizeof last) == 0);
}

static void in_a_child(bool is_filtered) {
    pid_t parent = getpid();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char byte;
        struct iovec own = {&byte, 1};
        struct iovec other = {(void *)(uintptr_t)secret, 1};
        if (is_filtered) {
            forbid_process_vm_readv();
        }
        CHECK((process_vm_readv(parent, &own, 1, &other, 1, 0) == 1) == !is_filtered);
        read_the_parent(parent);
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

int main(void) {
    in_a_child(false);
    in_a_child(true);
    struct remote_piece piece = {(uint64_t)(uintptr_t)secret, 1, (char[1]){0}, true};
    CHECK(remote_read_pieces(&(struct remote){.pid = INT32_MAX}, &piece, 1).status == inspect_no_process);
    return 0;
}

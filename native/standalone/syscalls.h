/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_STANDALONE_SYSCALLS_H
#define OFFHEAP_STANDALONE_SYSCALLS_H

/* System calls without a libc. They return the kernel's word: from −4095 to −1 it is an errno. */

#include <asm/unistd.h>

#define SYS_close        __NR_close
#define SYS_exit_group   __NR_exit_group
#define SYS_memfd_create __NR_memfd_create
#define SYS_mmap         __NR_mmap
#define SYS_openat       __NR_openat
#define SYS_pread64      __NR_pread64
#define SYS_sendfile     __NR_sendfile
#define SYS_write        __NR_write

static inline long call6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#endif
}

static inline long call1(long number, long a) {
    return call6(number, a, 0, 0, 0, 0, 0);
}

static inline long call2(long number, long a, long b) {
    return call6(number, a, b, 0, 0, 0, 0);
}

static inline long call3(long number, long a, long b, long c) {
    return call6(number, a, b, c, 0, 0, 0);
}

static inline long call4(long number, long a, long b, long c, long d) {
    return call6(number, a, b, c, d, 0, 0);
}

#endif

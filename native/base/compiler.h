/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COMPILER_H
#define OFFHEAP_COMPILER_H

#define EXPORT   __attribute__((visibility("default")))
#define HIDDEN   __attribute__((visibility("hidden"))) /* on declarations: addressed directly, not through the GOT */
#define NOINLINE __attribute__((noinline))
#define COLD     __attribute__((cold, noinline))
#define NORETURN __attribute__((noreturn))

/* On variables: among the initialised ones, which share a page. A page that is written costs a fault when a process
 * starts and another one in every child of a fork, and zeroed variables lie wherever the large arrays leave them. */
#define CLUSTERED __attribute__((section(".data")))

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/*
 * Thread-local storage of a preloaded library is laid out when the process starts. initial-exec says so: access is one
 * instruction, where the default model may call malloc.
 */
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

#endif

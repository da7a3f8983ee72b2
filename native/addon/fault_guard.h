/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FAULT_GUARD_H
#define OFFHEAP_FAULT_GUARD_H

/*
 * Reading a mapped file beyond its end raises SIGBUS, and a file can be cut at any time by whoever may write it. The
 * guard turns the signal into a result. Its handler passes every other SIGBUS on to the handler that was there before.
 */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Installs the handler; once per process is enough, more does no harm. False when the kernel refuses. */
bool fault_guard_install(void);

/*
 * Runs work(context). False when it was cut short because reading start[0 … bytes) raised SIGBUS. `work` must not own
 * anything that its end would release, nor call the guard. Costs no system call.
 */
bool fault_guard_run(const void *start, size_t bytes, void (*work)(void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif

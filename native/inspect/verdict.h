/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INSPECT_VERDICT_H
#define OFFHEAP_INSPECT_VERDICT_H

/* How an inspection ended. src/native/inspect-errors.ts makes sentences of these. */

enum inspect_status {
    inspect_ok,
    inspect_no_process,    /* no such pid */
    inspect_no_permission, /* `what` was refused; error: errno */
    inspect_kernel_thread, /* it has no memory of its own */
    inspect_zombie,        /* it has ended and waits for its parent */
    inspect_not_glibc,     /* no libc of GNU is mapped and no glibc heap was found */
    inspect_no_main_arena, /* `what` of glibc's malloc could not be found */
    inspect_too_large,     /* more than offheap reads of `what` */
    inspect_deadline,      /* it was late, and `what` was not finished */
    inspect_cancelled,     /* it was called off */
    inspect_gone,          /* it ended, or became another program, while it was read */
    inspect_no_core,       /* a core file was expected, and the file lacks `what` */
    inspect_other_machine, /* a core file of `what`, which this machine has not */
    inspect_no_memory,     /* malloc in this process failed */
    inspect_system_error,  /* `what` failed; error: errno */
};

struct inspect_verdict {
    enum inspect_status status;
    const char *what; /* a constant string */
    int error;        /* errno, or 0 */
};

static inline struct inspect_verdict inspect_good(void) {
    struct inspect_verdict verdict = {inspect_ok, "", 0};
    return verdict;
}

/* Of a status that says all but `what`. */
static inline struct inspect_verdict inspect_refusal(enum inspect_status status, const char *what) {
    struct inspect_verdict verdict = {status, what, 0};
    return verdict;
}

/* From the errno of a call that reads process `pid`. */
struct inspect_verdict inspect_failure(const char *what, int error);

#endif

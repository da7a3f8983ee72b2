/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "entry_points.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A witness of the meter's counters that shares nothing with it but the list of names: preloaded ahead of it, it counts
 * every call and hands it on, so that the meter does all as it does before a program. All processes of a run have one
 * file mapped, `calls` beside the library: what they counted is there however they end, and a forked child needs no
 * system call to take a slot of its own, which a sandbox could refuse. Read by calls.mjs.
 */

#define INDEX(name, type, parameters, arguments) kind_##name,
enum kind { OFFHEAP_ENTRY_POINTS(INDEX) kinds };
enum { slot_count = 1 << 16 };
struct slot {
    _Atomic uint64_t pid;
    _Atomic uint64_t inherited; /* calls that its parent had made before it forked */
    _Atomic uint64_t unsure;    /* calls of the parent from then until the child ran: the meter may have some of them */
    _Atomic uint64_t calls[kinds];
};
struct book {
    struct slot slots[slot_count];
    _Atomic uint64_t taken;
};

static struct slot unshared; /* until the file is there, and where it cannot be had */
static struct book *book;
static struct slot *_Atomic own = &unshared;

#define NEXT(name, type, parameters, arguments) static type(*next_##name) parameters;
OFFHEAP_ENTRY_POINTS(NEXT)

/* What a process had counted before it forked: the slot itself runs on. */
static THREAD_LOCAL struct slot at_fork;

/* An executed program starts at zero, a forked child with its parent's calls, as the meter's do. */
static void take_slot(void) {
    uint64_t number = book == NULL ? slot_count : atomic_fetch_add(&book->taken, 1);
    if (number < slot_count) {
        struct slot *slot = &book->slots[number];
        for (enum kind kind = 0; kind < kinds; kind++) {
            slot->inherited += slot->calls[kind] = at_fork.calls[kind];
            slot->unsure += own->calls[kind] - at_fork.calls[kind];
        }
        slot->pid = (uint64_t)getpid();
        own = slot;
    }
}

static void before_fork(void) {
    for (enum kind kind = 0; kind < kinds; kind++) {
        at_fork.calls[kind] = own->calls[kind];
    }
}

/* In the first call of all, which comes before any thread can be there. */
static COLD void start(void) {
    int errno_before = errno;
    void *function;
#define RESOLVE(name, type, parameters, arguments)                                                                     \
    function = dlsym(RTLD_NEXT, #name);                                                                                \
    memcpy(&next_##name, &function, sizeof function);
    OFFHEAP_ENTRY_POINTS(RESOLVE)
    Dl_info library;
    char path[4096] = "";
    if (dladdr(&unshared, &library) != 0 && strlen(library.dli_fname) < sizeof path) {
        strcpy(path, library.dli_fname);
        strcpy(strrchr(path, '/') + 1, "calls");
    }
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0) {
        void *memory = mmap(NULL, sizeof *book, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        book = memory == MAP_FAILED ? NULL : memory;
        close(file);
        take_slot();
    }
    errno = errno_before;
}

#define COUNT(name, type, parameters, arguments)                                                                       \
    EXPORT type name parameters;                                                                                       \
    EXPORT type name parameters {                                                                                      \
        if (unlikely(next_##name == NULL)) {                                                                           \
            start();                                                                                                   \
        }                                                                                                              \
        own->calls[kind_##name]++;                                                                                     \
        return next_##name arguments;                                                                                  \
    }
OFFHEAP_ENTRY_POINTS(COUNT)

__attribute__((constructor)) static void watch_forks(void) {
    (void)pthread_atfork(before_fork, NULL, take_slot);
}

/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "sys_pages.h"

#include "compiler.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

size_t pages_size(void) {
    /* Asked for several times at every malloc and free, so it is kept, although libc answers without a system call. */
    CLUSTERED static _Atomic size_t known;
    size_t size = atomic_load_explicit(&known, memory_order_relaxed);
    if (unlikely(size == 0)) {
        size = (size_t)getauxval(AT_PAGESZ);
        atomic_store_explicit(&known, size, memory_order_relaxed);
    }
    return size;
}

size_t pages_round_up(size_t bytes) {
    size_t mask = pages_size() - 1;
    return (bytes + mask) & ~mask;
}

void *pages_map(size_t bytes) {
    void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

bool pages_unmap(void *address, size_t bytes) {
    return munmap(address, bytes) == 0;
}

void *pages_resize(void *address, size_t old_bytes, size_t new_bytes) {
#if defined(__SANITIZE_THREAD__)
    /* ThreadSanitizer does not see mremap, and takes what another thread once wrote at the new address for a race. */
    (void)address, (void)old_bytes, (void)new_bytes;
    errno = EFAULT;
    return NULL;
#else
    void *moved = mremap(address, old_bytes, new_bytes, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
#endif
}

void pages_discard(void *address, size_t bytes) {
    (void)madvise(address, bytes, MADV_DONTNEED);
}

bool pages_protect(void *address, size_t bytes, bool writable) {
    return mprotect(address, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ) == 0;
}

bool pages_replace_by_private(void *address, size_t bytes) {
    return mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == address;
}

bool pages_replace_by_file(void *address, size_t bytes, int descriptor) {
    return mmap(address, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0) == address;
}

/* Nothing is blocked: the kernel writes down which signals are. */
bool pages_get_memory(void *word) {
    return syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, word, sizeof(uint64_t)) == 0;
}

const void *pages_map_file(int descriptor, size_t bytes) {
    void *address = mmap(NULL, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    return address == MAP_FAILED ? NULL : address;
}

bool pages_unmap_file(const void *address, size_t bytes) {
    return munmap((void *)(uintptr_t)address, bytes) == 0;
}

/* SPDX-License-Identifier: MIT */
#include "target.h"

#include "core_maps.h"
#include "thread.h"

#include <string.h>

static const unsigned long kernel_thread_flag = 0x00200000; /* PF_KTHREAD, include/linux/sched.h */

/* Its first thread, or another where that has ended: of a thread that has ended the kernel tells no memory. */
static struct inspect_verdict choose_thread(struct target *target) {
    struct thread_stat stat;
    struct inspect_verdict verdict = thread_read(target->tgid, target->tgid, &stat);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    if ((stat.flags & kernel_thread_flag) != 0) {
        return inspect_refusal(inspect_kernel_thread, "");
    }
    target->memory.pid = target->tgid;
    target->tgid_start_ticks = stat.start_ticks;
    if (thread_has_ended(&stat) && !thread_find_living(target->tgid, &target->memory.pid, &stat)) {
        return inspect_refusal(inspect_zombie, "");
    }
    target->start_ticks = stat.start_ticks;
    return verdict;
}

struct inspect_verdict target_open(pid_t tgid, const struct deadline *deadline, struct target *target) {
    memset(target, 0, sizeof *target);
    target->tgid = tgid;
    target->deadline = deadline;
    target->pages.descriptor = -1;
    struct inspect_verdict verdict = choose_thread(target);
    if (verdict.status == inspect_ok) {
        verdict = proc_maps_read(target->memory.pid, deadline, &target->maps);
    }
    if (verdict.status == inspect_ok) {
        verdict = page_map_open(target->memory.pid, &target->pages);
        target->pages.deadline = deadline;
    }
    if (verdict.status == inspect_ok && target->maps.count == 0) {
        verdict = inspect_refusal(inspect_gone, "");
    }
    if (verdict.status != inspect_ok) {
        target_close(target);
    }
    return verdict;
}

static struct inspect_verdict open_core(const struct core_file *core, const struct deadline *deadline,
                                        struct target *target) {
    memset(target, 0, sizeof *target);
    target->deadline = deadline;
    target->memory.core = core;
    page_map_of_core(core, &target->pages);
    target->pages.deadline = deadline;
    struct inspect_verdict verdict = core_maps_read(core, deadline, &target->maps);
    if (verdict.status != inspect_ok) {
        target_close(target);
    }
    return verdict;
}

struct inspect_verdict target_open_of(const struct remote *whose, const struct deadline *deadline,
                                      struct target *target) {
    return whose->core == NULL ? target_open(whose->pid, deadline, target) : open_core(whose->core, deadline, target);
}

void target_close(struct target *target) {
    page_map_close(&target->pages);
    proc_maps_free(&target->maps);
}

static bool is_alive(pid_t tgid, pid_t tid, uint64_t start_ticks) {
    struct thread_stat stat;
    return thread_read(tgid, tid, &stat).status == inspect_ok && stat.start_ticks == start_ticks &&
           !thread_has_ended(&stat);
}

bool target_has_lost_thread(const struct target *target) {
    struct thread_stat stat;
    pid_t tid;
    return target->memory.core == NULL && !is_alive(target->tgid, target->memory.pid, target->start_ticks) &&
           thread_read(target->tgid, target->tgid, &stat).status == inspect_ok &&
           stat.start_ticks == target->tgid_start_ticks && thread_find_living(target->tgid, &tid, &stat);
}

struct inspect_verdict target_check(const struct target *target) {
    bool is_there = target->memory.core != NULL || is_alive(target->tgid, target->memory.pid, target->start_ticks);
    return is_there ? inspect_good() : inspect_refusal(inspect_gone, "");
}

bool target_read(const struct target *target, uint64_t address, void *to, size_t bytes) {
    struct page_bits bits = {0};
    bool is_read = false;
    if (page_map_load(&target->pages, address, address + bytes, &bits).status == inspect_ok &&
        page_bits_run(&bits, address, bytes) == bytes) {
        is_read = remote_read(&target->memory, address, to, bytes);
    }
    page_bits_free(&bits);
    return is_read;
}

bool target_read_sparse(const struct target *target, uint64_t address, void *to, size_t bytes) {
    struct page_bits bits = {0};
    memset(to, 0, bytes);
    bool is_read = page_map_load(&target->pages, address, address + bytes, &bits).status == inspect_ok;
    uint64_t end = address + bytes;
    for (uint64_t at = page_bits_next(&bits, address); is_read && at < end; at = page_bits_next(&bits, at)) {
        size_t run = page_bits_run(&bits, at, (size_t)(end - at));
        is_read = remote_read(&target->memory, at, (char *)to + (at - address), run);
        at += run;
    }
    page_bits_free(&bits);
    return is_read;
}

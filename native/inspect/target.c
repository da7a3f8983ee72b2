/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned long kernel_thread_flag = 0x00200000; /* PF_KTHREAD, include/linux/sched.h */

struct stat_line {
    char state;
    unsigned long flags;
    uint64_t start_ticks;
};

/* proc_pid_stat(5): the name, in parentheses, may hold anything, so fields are counted from the last parenthesis. */
static struct inspect_verdict read_stat(pid_t pid, struct stat_line *stat) {
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return inspect_failure("/proc/PID/stat", errno);
    }
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[bytes] = '\0';
    const char *name_end = strrchr(text, ')');
    if (name_end == NULL ||
        sscanf(name_end + 1, " %c %*s %*s %*s %*s %*s %lu %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64,
               &stat->state, &stat->flags, &stat->start_ticks) != 3) {
        return inspect_failure("/proc/PID/stat", ESRCH);
    }
    return inspect_good();
}

struct inspect_verdict target_open(pid_t pid, const struct deadline *deadline, struct target *target) {
    struct stat_line stat;
    memset(target, 0, sizeof *target);
    target->pid = pid;
    target->deadline = deadline;
    target->pages.descriptor = -1;
    struct inspect_verdict verdict = read_stat(pid, &stat);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    if ((stat.flags & kernel_thread_flag) != 0) {
        return inspect_refusal(inspect_kernel_thread, "");
    }
    if (stat.state == 'Z' || stat.state == 'X') {
        return inspect_refusal(inspect_zombie, "");
    }
    target->start_ticks = stat.start_ticks;
    verdict = proc_maps_read(pid, deadline, &target->maps);
    if (verdict.status == inspect_ok) {
        verdict = page_map_open(pid, &target->pages);
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

void target_close(struct target *target) {
    page_map_close(&target->pages);
    proc_maps_free(&target->maps);
}

struct inspect_verdict target_check(const struct target *target) {
    struct stat_line stat;
    struct inspect_verdict verdict = read_stat(target->pid, &stat);
    bool is_same = verdict.status == inspect_ok && stat.start_ticks == target->start_ticks && stat.state != 'Z' &&
                   stat.state != 'X';
    return is_same ? inspect_good() : inspect_refusal(inspect_gone, "");
}

bool target_read(const struct target *target, uint64_t address, void *to, size_t bytes) {
    struct page_bits bits = {0};
    bool is_read = false;
    if (page_map_load(&target->pages, address, address + bytes, &bits).status == inspect_ok &&
        page_bits_run(&bits, address, bytes) == bytes) {
        is_read = remote_read(target->pid, address, to, bytes);
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
        is_read = remote_read(target->pid, at, (char *)to + (at - address), run);
        at += run;
    }
    page_bits_free(&bits);
    return is_read;
}

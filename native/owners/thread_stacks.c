/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "thread_stacks.h"

#include "../inspect/core_file.h"
#include "../inspect/core_maps.h"
#include "../inspect/list_room.h"
#include "../inspect/thread.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    first_threads = 64,
    ask_limit = 8,
    /*
     * A program may have its stacks in a mapping with other memory: what is farther from the stack pointer than any
     * stack is in the rule (RLIMIT_STACK is 8 MiB) counts as that.
     */
    stack_reach_bytes = 16 << 20,
    red_zone_bytes = 128, /* below the stack pointer, of a leaf function: System V ABI for AMD64, 3.2.2 */
};

static size_t read_text(pid_t pid, pid_t tid, const char *file, char *text, size_t bytes) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/%s", (long)pid, (long)tid, file);
    FILE *stream = fopen(path, "re");
    size_t length = stream == NULL ? 0 : fread(text, 1, bytes - 1, stream);
    if (stream != NULL) {
        fclose(stream);
    }
    text[length] = '\0';
    return length;
}

/* NUMBER or -1, arguments, stack pointer, program counter; "running". 0: not told. */
static uint64_t stack_pointer(pid_t pid, pid_t tid) {
    char text[256];
    for (unsigned asked = 0; asked < ask_limit; asked++) {
        if (read_text(pid, tid, "syscall", text, sizeof text) == 0) {
            return 0;
        }
        uint64_t pointer = 0;
        char *counter = strrchr(text, ' ');
        if (counter != NULL) {
            *counter = '\0';
            char *last = strrchr(text, ' ');
            if (last != NULL && sscanf(last, " %" SCNx64, &pointer) == 1) {
                return pointer;
            }
        }
    }
    return 0;
}

/*
 * An address in the stack of a thread that runs: glibc's descriptor of the thread, whose list of robust mutexes the
 * kernel knows, lies at the end of it (nptl/descr.h). That of the first thread lies elsewhere, but its stack's start is
 * told (proc_pid_stat(5), startstack).
 */
static uint64_t place_in_stack(pid_t pid, pid_t tid) {
    if (pid != tid) {
        uint64_t head = 0;
        size_t length = 0;
        return syscall(SYS_get_robust_list, tid, &head, &length) == 0 ? head : 0;
    }
    char text[1024];
    uint64_t start = 0;
    read_text(pid, tid, "stat", text, sizeof text);
    const char *fields = strrchr(text, ')');
    return fields != NULL &&
                   sscanf(fields,
                          ") %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                          "%*s %*s %*s %" SCNu64,
                          &start) == 1
               ? start
               : 0;
}

/* pointer: where its stack is used to; 0: not told. place: an address in the stack. */
static void lay_out(const struct target *target, uint64_t pointer, uint64_t place, struct thread_stack *stack) {
    const struct mapping *mapping = place == 0 ? NULL : proc_maps_find(&target->maps, place);
    if (mapping == NULL || !mapping->writable) {
        return;
    }
    uint64_t from = pointer < red_zone_bytes ? mapping->start : pointer - red_zone_bytes;
    from = from > mapping->start ? from & ~UINT64_C(7) : mapping->start;
    uint64_t around = pointer == 0 ? place : from;
    uint64_t end = mapping->end - around > stack_reach_bytes ? around + stack_reach_bytes : mapping->end;
    uint64_t start = around - mapping->start > stack_reach_bytes ? around - stack_reach_bytes : mapping->start;
    stack->is_whole = pointer == 0;
    stack->used = (struct memory_range){from > start ? from : start, end};
    stack->whole = (struct memory_range){start, end};
}

static void locate(const struct target *target, struct thread_stack *stack) {
    uint64_t pointer = stack_pointer(target->tgid, stack->tid);
    lay_out(target, pointer, pointer != 0 ? pointer : place_in_stack(target->tgid, stack->tid), stack);
}

/* It has no stack any more. The first thread stays until the others have ended. */
static bool has_ended(pid_t pid, pid_t tid) {
    struct thread_stat stat;
    return thread_read(pid, tid, &stat).status != inspect_ok || thread_has_ended(&stat);
}

static int by_stack(const void *left, const void *right) {
    const struct thread_stack *one = left;
    const struct thread_stack *other = right;
    bool is_one = one->used.end > 0;
    bool is_other = other->used.end > 0;
    if (is_one != is_other) {
        return is_one ? -1 : 1;
    }
    return (one->used.start > other->used.start) - (one->used.start < other->used.start);
}

/* The kernel merges stacks that have no guard between them: one ends where the next one's begins. */
static void part(struct thread_stacks *stacks) {
    for (size_t index = 0; index < stacks->count; index++) {
        struct thread_stack *stack = &stacks->list[index];
        stacks->known += stack->used.end > 0;
        struct thread_stack *next = index + 1 < stacks->count ? &stacks->list[index + 1] : NULL;
        if (next != NULL && stack->used.end > next->used.start && next->used.end > 0) {
            stack->used.end = next->used.start;
        }
    }
}

static struct inspect_verdict list_threads(const struct target *target, DIR *folder, struct thread_stacks *stacks) {
    size_t capacity = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && stacks->count < thread_limit) {
        struct thread_stack stack = {.tid = (pid_t)strtol(entry->d_name, NULL, 10)};
        if (stack.tid <= 0) {
            continue;
        }
        if (deadline_is_over(target->deadline)) {
            return deadline_verdict(target->deadline, "finding its threads' stacks");
        }
        struct thread_stack *list = list_with_room(stacks->list, stacks->count, &capacity, first_threads, sizeof *list);
        if (list == NULL) {
            return inspect_failure("memory", ENOMEM);
        }
        stacks->list = list;
        size_t length = read_text(target->tgid, stack.tid, "comm", stack.name, sizeof stack.name);
        stack.name[length > 0 && stack.name[length - 1] == '\n' ? length - 1 : length] = '\0';
        locate(target, &stack);
        if (stack.used.end > 0 || !has_ended(target->tgid, stack.tid)) {
            list[stacks->count++] = stack;
        }
    }
    return inspect_good();
}

/*
 * A core file by the kernel has the name of one thread, which had the signal. A thread that nobody has named has the
 * program's name, as the process's first one has as a rule.
 */
static void name_of_core(const struct core_file *core, size_t index, char *name) {
    const char *path = core_program(core);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    bool is_own = (index == 0 && core->is_by_kernel) || slash == NULL;
    (void)snprintf(name, thread_name_bytes, "%.*s", thread_name_bytes - 1, is_own ? core->name : slash + 1);
}

static bool has_page(const struct target *target, uint64_t address) {
    uint64_t bytes = 0;
    uint64_t page = address & ~(page_bytes() - 1);
    return page_map_count(&target->pages, page, page + page_bytes(), &bytes).status == inspect_ok && bytes > 0;
}

/*
 * Whether the core file has the pages at the stack's two ends, which hold something: what is used last, and glibc's
 * descriptor of the thread. gdb's gcore leaves out what follows a page that it cannot read, as the guard is that glibc
 * 2.42 has within the mapping of a stack (MADV_GUARD_INSTALL).
 */
static bool has_stack(const struct target *target, const struct thread_stack *stack) {
    return has_page(target, stack->used.start) && has_page(target, stack->used.end - 1);
}

/* By the registers that a core file has of each thread. */
static struct inspect_verdict list_of_core(const struct target *target, struct thread_stacks *stacks) {
    const struct core_file *core = target->memory.core;
    size_t count = core->thread_count < thread_limit ? core->thread_count : thread_limit;
    stacks->list = calloc(count + 1, sizeof *stacks->list);
    if (stacks->list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t index = 0; index < count && !deadline_is_over_at(target->deadline, index); index++) {
        struct thread_stack *stack = &stacks->list[stacks->count++];
        stack->tid = (pid_t)core->threads[index].tid;
        name_of_core(core, index, stack->name);
        lay_out(target, core->threads[index].stack_pointer, core->threads[index].stack_pointer, stack);
        if (stack->used.end > 0 && !has_stack(target, stack)) {
            stacks->missing_bytes += stack->used.end - stack->used.start;
            stacks->missing++;
        }
    }
    return deadline_verdict(target->deadline, "finding its threads' stacks");
}

static struct inspect_verdict list_of_living(const struct target *target, struct thread_stacks *stacks) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task", (long)target->tgid);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return inspect_failure("/proc/PID/task", errno);
    }
    struct inspect_verdict verdict = list_threads(target, folder, stacks);
    closedir(folder);
    return verdict;
}

struct inspect_verdict thread_stacks_find(const struct target *target, struct thread_stacks *stacks) {
    memset(stacks, 0, sizeof *stacks);
    struct inspect_verdict verdict =
        target->memory.core == NULL ? list_of_living(target, stacks) : list_of_core(target, stacks);
    if (verdict.status != inspect_ok) {
        thread_stacks_free(stacks);
    } else if (stacks->count > 0) {
        qsort(stacks->list, stacks->count, sizeof *stacks->list, by_stack);
        part(stacks);
    }
    return verdict;
}

void thread_stacks_free(struct thread_stacks *stacks) {
    free(stacks->list);
    memset(stacks, 0, sizeof *stacks);
}

/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "proc_maps.h"

#include "list_room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { first_capacity = 1024 };

struct inspect_verdict inspect_failure(const char *what, int error) {
    struct inspect_verdict verdict = {inspect_system_error, what, error};
    if (error == ENOENT || error == ESRCH) {
        verdict.status = inspect_no_process;
    } else if (error == EPERM || error == EACCES) {
        verdict.status = inspect_no_permission;
    } else if (error == ENOMEM) {
        verdict.status = inspect_no_memory;
    }
    return verdict;
}

static bool is_libc(const char *path) {
    const char *name = strrchr(path, '/');
    return name != NULL && (strncmp(name, "/libc.so.6", 10) == 0 || strncmp(name, "/libc-2.", 8) == 0);
}

enum mapping_kind proc_maps_kind_of(const char *name) {
    if (*name == '\0' || strncmp(name, "[anon:", 6) == 0 || strncmp(name, "/anon_hugepage", 14) == 0) {
        return mapping_anonymous;
    }
    if (strncmp(name, "[heap]", 6) == 0) {
        return mapping_brk;
    }
    return is_libc(name) ? mapping_libc : mapping_other;
}

bool proc_maps_parse_line(const char *line, struct mapping *mapping) {
    char permissions[5] = "";
    int name_at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*s %*u %n", &mapping->start, &mapping->end, permissions,
               &name_at) < 3 ||
        name_at == 0 || mapping->start >= mapping->end) {
        return false;
    }
    mapping->kind = proc_maps_kind_of(line + name_at);
    mapping->writable = permissions[0] == 'r' && permissions[1] == 'w' && permissions[3] == 'p';
    return true;
}

struct inspect_verdict proc_maps_append(struct proc_maps *maps, size_t *capacity, const struct mapping *mapping) {
    if (maps->count == mapping_limit) {
        return inspect_refusal(inspect_too_large, "mappings");
    }
    struct mapping *list = list_with_room(maps->list, maps->count, capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    maps->list = list;
    maps->list[maps->count++] = *mapping;
    return inspect_good();
}

/*
 * What the process runs; empty when that is not told, and then the first file is taken for it. A position-independent
 * static program lies above what it has mapped.
 */
static void read_program(pid_t pid, char *program, size_t bytes) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
    ssize_t length = readlink(path, program, bytes - 1);
    program[length > 0 ? length : 0] = '\0';
}

/* Its writable part is where a static glibc lies. */
static void mark_program(struct proc_maps *maps, const char *line, char *program, size_t bytes) {
    struct mapping *last = &maps->list[maps->count - 1];
    const char *path = strchr(line, '/');
    if (last->kind != mapping_other || path == NULL) {
        return;
    }
    if (*program == '\0') {
        snprintf(program, bytes, "%s", path);
    }
    if (strncmp(path, program, bytes - 1) == 0) {
        last->kind = mapping_program;
    }
}

struct inspect_verdict proc_maps_read(pid_t pid, const struct deadline *deadline, struct proc_maps *maps) {
    char path[64];
    memset(maps, 0, sizeof *maps);
    snprintf(path, sizeof path, "/proc/%ld/maps", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return inspect_failure("/proc/PID/maps", errno);
    }
    struct inspect_verdict verdict = inspect_good();
    size_t capacity = 0;
    size_t line_bytes = 0;
    char *line = NULL;
    char program[512];
    struct mapping mapping;
    read_program(pid, program, sizeof program);
    for (uint64_t round = 0; verdict.status == inspect_ok && getline(&line, &line_bytes, file) > 0; round++) {
        if (deadline_is_over_at(deadline, round)) {
            verdict = deadline_verdict(deadline, "reading the list of mappings");
            break;
        }
        line[strcspn(line, "\n")] = '\0';
        if (!proc_maps_parse_line(line, &mapping)) {
            continue;
        }
        verdict = proc_maps_append(maps, &capacity, &mapping);
        if (verdict.status != inspect_ok) {
            break;
        }
        mark_program(maps, line, program, sizeof program);
        maps->has_libc |= mapping.kind == mapping_libc;
    }
    if (ferror(file) && verdict.status == inspect_ok) {
        verdict = inspect_failure("/proc/PID/maps", errno);
    }
    free(line);
    fclose(file);
    return verdict;
}

void proc_maps_free(struct proc_maps *maps) {
    free(maps->list);
    maps->list = NULL;
    maps->count = 0;
}

const struct mapping *proc_maps_find(const struct proc_maps *maps, uint64_t address) {
    size_t low = 0;
    size_t high = maps->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maps->list[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < maps->count && maps->list[low].start <= address ? &maps->list[low] : NULL;
}

bool proc_maps_is_writable(const struct proc_maps *maps, uint64_t address) {
    const struct mapping *mapping = proc_maps_find(maps, address);
    return mapping != NULL && mapping->writable;
}

/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "type_names.h"

#include "vtable_symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { path_bytes = 4096, first_text = 4096, text_limit = 64 << 20 };

/* A mapping of a file, or a run of them. */
struct mapped_file {
    uint64_t start; /* of the first one */
    uint64_t end;
    uint64_t offset;
    uint64_t inode;
    char path[path_bytes];
};

/* An address and where it stands in the list. */
struct numbered {
    uint64_t address;
    uint32_t index;
};

struct search {
    const struct target *target;
    struct type_names *names;
    const struct numbered *sorted;
    size_t count;
    size_t next; /* of `sorted`, the first that is not before the mappings that were read */
    struct mapped_file file;
    struct vtable_place *places; /* in that file */
    size_t place_count;
    bool has_no_memory;
};

static int by_address(const void *left, const void *right) {
    const struct numbered *one = left;
    const struct numbered *other = right;
    return (one->address > other->address) - (one->address < other->address);
}

static bool add_name(void *to, uint32_t index, const char *symbol) {
    struct search *search = to;
    struct type_names *names = search->names;
    size_t bytes = strlen(symbol) + 1;
    if (names->text_bytes + bytes > names->text_capacity) {
        size_t larger = names->text_capacity == 0 ? (size_t)first_text : names->text_capacity * 2;
        char *text = larger > text_limit ? NULL : realloc(names->text, larger);
        if (text == NULL) {
            search->has_no_memory = larger <= text_limit;
            return false;
        }
        names->text = text;
        names->text_capacity = larger;
    }
    memcpy(names->text + names->text_bytes, symbol, bytes);
    names->at[index] = (uint32_t)names->text_bytes;
    names->text_bytes += bytes;
    return true;
}

/* Another file may have that path by now. */
static int open_same(const char *path, uint64_t inode) {
    struct stat stat;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor >= 0 && (fstat(descriptor, &stat) != 0 || !S_ISREG(stat.st_mode) || stat.st_ino != inode)) {
        (void)close(descriptor);
        return -1;
    }
    return descriptor;
}

/*
 * By the mapping, which is that very file, be it deleted; that takes CAP_CHECKPOINT_RESTORE. Else by its path, below
 * the root that the process sees, or as the program that the process runs.
 */
static int open_file(pid_t pid, const struct mapped_file *file) {
    char path[path_bytes + 64];
    (void)snprintf(path, sizeof path, "/proc/%ld/map_files/%" PRIx64 "-%" PRIx64, (long)pid, file->start, file->end);
    int descriptor = open_same(path, file->inode);
    if (descriptor < 0) {
        (void)snprintf(path, sizeof path, "/proc/%ld/root%s", (long)pid, file->path);
        descriptor = open_same(path, file->inode);
    }
    if (descriptor < 0) {
        (void)snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
        descriptor = open_same(path, file->inode);
    }
    return descriptor;
}

static void name_places(struct search *search) {
    int descriptor = search->place_count == 0 ? -1 : open_file(search->target->memory.pid, &search->file);
    if (descriptor >= 0) {
        vtable_symbols_find(descriptor, search->target->deadline, search->places, search->place_count, add_name,
                            search);
        (void)close(descriptor);
    }
    search->place_count = 0;
}

/* proc_pid_maps(5). False: the mapping of no file. */
static bool parse_line(const char *line, struct mapped_file *file) {
    int path_at = 0;
    bool is_file = sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %" SCNu64 " %n", &file->start, &file->end,
                          &file->offset, &file->inode, &path_at) == 4 &&
                   path_at > 0 && line[path_at] == '/' && strlen(line + path_at) < path_bytes;
    if (is_file) {
        (void)strcpy(file->path, line + path_at);
    }
    return is_file;
}

/* Mappings of one file stand together: its symbols are read once for all of them. */
static void take_mapping(struct search *search, const struct mapped_file *file) {
    while (search->next < search->count && search->sorted[search->next].address < file->start) {
        search->next++;
    }
    for (; search->next < search->count && search->sorted[search->next].address < file->end; search->next++) {
        if (search->file.inode != file->inode || strcmp(search->file.path, file->path) != 0) {
            name_places(search);
            search->file = *file;
        }
        const struct numbered *table = &search->sorted[search->next];
        search->places[search->place_count++] =
            (struct vtable_place){.file_offset = table->address - file->start + file->offset, .index = table->index};
    }
}

static struct inspect_verdict read_maps(struct search *search) {
    char path[64];
    char *line = NULL;
    size_t capacity = 0;
    struct mapped_file *file = malloc(sizeof *file);
    (void)snprintf(path, sizeof path, "/proc/%ld/maps", (long)search->target->memory.pid);
    FILE *maps = file == NULL ? NULL : fopen(path, "re");
    if (maps == NULL) {
        free(file);
        return inspect_failure("/proc/PID/maps", file == NULL ? ENOMEM : errno);
    }
    for (uint64_t round = 0; search->next < search->count && getline(&line, &capacity, maps) > 0; round++) {
        line[strcspn(line, "\n")] = '\0';
        if (deadline_is_over_at(search->target->deadline, round)) {
            break;
        }
        if (parse_line(line, file)) {
            take_mapping(search, file);
        }
    }
    name_places(search);
    free(line);
    free(file);
    (void)fclose(maps);
    return search->has_no_memory ? inspect_failure("memory", ENOMEM)
                                 : deadline_verdict(search->target->deadline, "naming C++ classes");
}

struct inspect_verdict type_names_find(const struct target *target, const struct type_list *tables,
                                       struct type_names *names) {
    struct search search = {.target = target, .names = names, .count = tables->count};
    struct numbered *sorted = malloc((tables->count + 1) * sizeof *sorted);
    memset(names, 0, sizeof *names);
    names->at = malloc((tables->count + 1) * sizeof *names->at);
    search.places = malloc((tables->count + 1) * sizeof *search.places);
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    if (sorted != NULL && names->at != NULL && search.places != NULL) {
        memset(names->at, 0xff, (tables->count + 1) * sizeof *names->at);
        for (size_t index = 0; index < tables->count; index++) {
            sorted[index] = (struct numbered){tables->list[index], (uint32_t)index};
        }
        qsort(sorted, tables->count, sizeof *sorted, by_address);
        search.sorted = sorted;
        verdict = read_maps(&search);
    }
    free(sorted);
    free(search.places);
    if (verdict.status != inspect_ok) {
        type_names_free(names);
    }
    return verdict;
}

void type_names_free(struct type_names *names) {
    free(names->at);
    free(names->text);
    memset(names, 0, sizeof *names);
}

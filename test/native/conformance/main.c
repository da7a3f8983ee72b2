/* SPDX-License-Identifier: MIT */
/*
 * Prints one line a row on stdout: "kept", "broken", "not here", or the signal that ended it, a tab, who promises it, a
 * tab, the promise. argv[1]: plugin.c's library. argv[2]: "threads" for
 * only the rows that fork or have threads. Status 0 when every row is kept or not here.
 */
#include "rows.h"

#include <signal.h>
#include <sys/wait.h>

enum { row_seconds = 30, first_of_threads = 3 };

const char *plugin_path;
volatile size_t opaque_zero;

void *get_by(unsigned way, size_t size) {
    void *block = NULL;
    switch (way) {
    case 0:
        return malloc(size);
    case 1:
        return calloc(1, size);
    case 2:
        return calloc(size, 1);
    case 3:
        return realloc(NULL, size);
    case 4:
        return reallocarray(NULL, size, 1);
    case 5:
        return posix_memalign(&block, 16, size) == 0 ? block : NULL;
    case 6:
        return aligned_alloc(16, (size + 15) & ~(size_t)15);
    case 7:
        return memalign(16, size);
    case 8:
        return valloc(size);
    default:
        return NULL;
    }
}

static unsigned char byte_at(size_t index, unsigned seed) {
    return (unsigned char)(index * 31 + (index >> 8) * 7 + seed * 101 + 1);
}

/* The pattern repeats after `period` bytes. */
enum { period = 65536, whole_check = 2048, stride = 61 };

void fill(void *block, size_t size, unsigned seed) {
    unsigned char *bytes = block;
    for (size_t index = 0; index < size && index < period; index++) {
        bytes[index] = byte_at(index, seed);
    }
    for (size_t index = period; index < size; index += period) {
        memcpy(bytes + index, bytes, size - index < period ? size - index : period);
    }
}

/* Every byte at both ends, one in 61 between. */
bool is_filled(const void *block, size_t size, unsigned seed) {
    for (size_t index = 0; index < size;) {
        if (((const unsigned char *)block)[index] != byte_at(index, seed)) {
            return false;
        }
        index += index > whole_check && index + stride + whole_check < size ? stride : 1;
    }
    return true;
}

bool is_zero(const void *block, size_t size) {
    for (size_t index = 0; index < size; index++) {
        if (((const unsigned char *)block)[index] != 0) {
            return false;
        }
    }
    return true;
}

/* exit and not _exit: what the row has registered for the end runs too. */
static int status_of(const struct row *row) {
    pid_t child = fork();
    if (child == 0) {
        (void)setpgid(0, 0);
        (void)alarm(row_seconds);
        row->check();
        exit(row_kept);
    }
    int status = 0;
    bool is_over = child > 0 && waitpid(child, &status, 0) == child;
    if (is_over) {
        (void)kill(-child, SIGKILL); /* what it started, if it hung */
    }
    return is_over ? status : -1;
}

static const char *name_of(int status) {
    if (WIFSIGNALED(status)) {
        return sigabbrev_np(WTERMSIG(status));
    }
    switch (WEXITSTATUS(status)) {
    case row_kept:
        return "kept";
    case row_not_here:
        return "not here";
    default:
        return "broken";
    }
}

static bool run(const struct rows *rows) {
    bool all_kept = true;
    for (size_t index = 0; index < rows->count; index++) {
        int status = status_of(&rows->list[index]);
        (void)dprintf(STDOUT_FILENO, "%s\t%s\t%s\n", name_of(status), rows->list[index].source,
                      rows->list[index].promise);
        all_kept = all_kept && WIFEXITED(status) && WEXITSTATUS(status) != row_broken;
    }
    return all_kept;
}

int main(int argc, char **argv) {
    plugin_path = argc > 1 ? argv[1] : NULL;
    size_t first = argc > 2 && strcmp(argv[2], "threads") == 0 ? first_of_threads : 0;
    const struct rows *const all[] = {&rows_of_c,         &rows_of_posix,    &rows_of_glibc,  &rows_of_processes,
                                      &rows_of_libraries, &rows_of_confined, &rows_of_threads};
    bool all_kept = true;
    for (size_t index = first; index < sizeof all / sizeof *all; index++) {
        all_kept = run(all[index]) && all_kept;
    }
    return all_kept ? 0 : 1;
}

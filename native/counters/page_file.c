/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "page_file.h"

#include "compiler.h"
#include "counter_page.h"
#include "own_pid.h"
#include "raw_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* Programs count on small descriptors being theirs: a shell's `exec 3>file`, select(2) below 1024. */
enum { memfd_wanted = 512 };
/* Images executed, and processes of a reused pid, that may leave a file each in one directory. */
#define max_files_per_pid 10000

/* Of the named file: directory, pid, number. Static, to spare the stack: files are made while there is one thread, at
 * the start of a process or of the child of a fork. Of two sizes, because few are long. */
CLUSTERED static char short_path[256];
static char long_path[4352];
CLUSTERED static char *path;
CLUSTERED static size_t path_size;
/* What comes after the directory: /4294967295-4294967295.counters */
enum { longest_name = 32 };

/* The memfd that this process keeps open; -1: none. */
static int kept_descriptor = -1;
CLUSTERED static dev_t kept_device;
CLUSTERED static ino_t kept_inode;

/* Making a file larger than RLIMIT_FSIZE does not only fail: it raises SIGXFSZ, which ends the program. */
static bool file_size_is_allowed(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur >= counter_page_bytes;
}

static int open_memfd(void) {
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int descriptor = raw_memfd("offheap-counters", flags | MFD_NOEXEC_SEAL);
    return descriptor >= 0 || errno != EINVAL ? descriptor : raw_memfd("offheap-counters", flags);
}

static bool create_memfd(struct page_file *file, const char **reason) {
    file->named = false;
    *reason = "cannot create a memfd";
    file->descriptor = open_memfd();
    return file->descriptor >= 0;
}

/* Appends at `end`, which may be NULL; NULL when it does not fit. */
static char *append(char *end, const char *text) {
    for (; end != NULL && *text != '\0'; text++) {
        end = end < path + path_size - 1 ? end : NULL;
        if (end != NULL) {
            *end++ = *text;
            *end = '\0';
        }
    }
    return end;
}

static char *append_number(char *end, unsigned number) {
    char digits[11] = {0}; /* of 2^32 - 1 */
    char *first = digits + sizeof digits - 1;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return append(end, first);
}

static bool open_numbered(const char *directory, struct page_file *file) {
    bool is_long = strlen(directory) + longest_name > sizeof short_path;
    path = is_long ? long_path : short_path;
    path_size = is_long ? sizeof long_path : sizeof short_path;
    char *stem = append(append_number(append(append(path, directory), "/"), (unsigned)own_pid()), "-");
    for (unsigned number = 0; number < max_files_per_pid; number++) {
        if (append(append_number(stem, number), ".counters") == NULL) {
            errno = ENAMETOOLONG;
            return false;
        }
        file->descriptor = raw_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file->descriptor >= 0 || errno != EEXIST) {
            return file->descriptor >= 0;
        }
    }
    return false;
}

static bool create_named(const char *directory, struct page_file *file, const char **reason) {
    file->named = true;
    *reason = "cannot create a file in OFFHEAP_COUNTERS_DIR";
    return open_numbered(directory, file);
}

bool page_file_create(const char *directory, struct page_file *file, const char **reason) {
    if (!file_size_is_allowed()) {
        *reason = "the limit of file sizes (ulimit -f) is too low";
        errno = EFBIG;
        return false;
    }
    bool created = directory[0] == '\0' ? create_memfd(file, reason) : create_named(directory, file, reason);
    if (!created) {
        return false;
    }
    *reason = "cannot size the file";
    if (ftruncate(file->descriptor, counter_page_bytes) != 0) {
        page_file_discard(file);
        return false;
    }
    if (!file->named) {
        /* Sealed, nobody can cut it under the writer. Best effort. */
        (void)fcntl(file->descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    }
    return true;
}

bool page_file_write(const struct page_file *file, size_t offset, const void *content, size_t bytes) {
    const char *from = content;
    for (size_t done = 0; done < bytes;) {
        ssize_t written = raw_pwrite(file->descriptor, from + done, bytes - done, (int64_t)(offset + done));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        done += (size_t)written;
    }
    return true;
}

/* To a high number, or to the highest where RLIMIT_NOFILE allows none such. */
static void move_up(struct page_file *file) {
    struct rlimit limit;
    int low = memfd_wanted;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= memfd_wanted) {
        low = (int)limit.rlim_cur - 1;
    }
    for (; low > file->descriptor; low /= 2) { /* what is taken there already may leave none above */
        int high = fcntl(file->descriptor, F_DUPFD_CLOEXEC, low);
        if (high >= 0) {
            (void)raw_close(file->descriptor);
            file->descriptor = high;
            return;
        }
    }
}

void page_file_keep(struct page_file *file) {
    if (file->named) {
        (void)raw_close(file->descriptor);
        return;
    }
    move_up(file);
    struct stat status;
    if (fstat(file->descriptor, &status) == 0) {
        kept_descriptor = file->descriptor;
        kept_device = status.st_dev;
        kept_inode = status.st_ino;
    }
}

void page_file_discard(struct page_file *file) {
    int saved_errno = errno;
    (void)raw_close(file->descriptor);
    if (file->named) {
        (void)unlink(path);
    }
    errno = saved_errno;
}

void page_file_forget(void) {
    struct stat status;
    if (kept_descriptor >= 0 && fstat(kept_descriptor, &status) == 0 && status.st_dev == kept_device &&
        status.st_ino == kept_inode) {
        (void)raw_close(kept_descriptor);
    }
    kept_descriptor = -1;
}

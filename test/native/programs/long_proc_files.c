/* SPDX-License-Identifier: MIT */
/* Points the kernel at 16 MiB for its environment, or for its arguments (prctl(2), PR_SET_MM_MAP, which needs no
 * capability); says whether it was let, and waits for a signal. */
#include <linux/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect.h"

enum { bytes = 16 << 20, fields = 52 };

/* proc_pid_stat(5), by the numbers that it gives the fields. */
static void read_stat(unsigned long long field[fields]) {
    char text[4096] = {0};
    FILE *file = fopen("/proc/self/stat", "r");
    EXPECT(file && fread(text, 1, sizeof text - 1, file) > 0);
    char *at = strrchr(text, ')') + 2;
    for (int number = 3; number < fields; number++) {
        field[number] = strtoull(at, &at, 10);
        at = strchr(at, ' ') + 1;
    }
}

int main(int count, char **arguments) {
    EXPECT(count == 2);
    char *text = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(text != MAP_FAILED);
    memset(text, 'x', bytes - 1);
    unsigned long long field[fields];
    read_stat(field);
    struct prctl_mm_map map = {
        .start_code = field[26],
        .end_code = field[27],
        .start_stack = field[28],
        .start_data = field[45],
        .end_data = field[46],
        .start_brk = field[47],
        .brk = (uintptr_t)sbrk(0),
        .arg_start = field[48],
        .arg_end = field[49],
        .env_start = field[50],
        .env_end = field[51],
        .exe_fd = (uint32_t)-1,
    };
    if (strcmp(arguments[1], "environ") == 0) {
        map.env_start = (uintptr_t)text;
        map.env_end = (uintptr_t)text + bytes;
    } else {
        map.arg_start = (uintptr_t)text;
        map.arg_end = (uintptr_t)text + bytes;
    }
    int is_set = syscall(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) == 0;
    EXPECT(dprintf(STDOUT_FILENO, is_set ? "set\n" : "not let: %s\n", strerror(errno)) > 0);
    for (;;)
        pause();
}

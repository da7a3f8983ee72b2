/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "self_stat.h"

#include "raw_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

uint64_t self_start_time_ticks(void) {
    /* 52 numbers and a name of 64 bytes at most. Static, to spare the stack: called while there is one thread. */
    static char text[1024];
    int descriptor = raw_open("/proc/self/stat", O_RDONLY | O_CLOEXEC, 0);
    if (descriptor < 0) {
        return 0;
    }
    ssize_t length;
    do {
        length = raw_read(descriptor, text, sizeof text);
    } while (length < 0 && errno == EINTR);
    (void)raw_close(descriptor);
    return length <= 0 ? 0 : parse_start_time_ticks(text, (size_t)length);
}

uint64_t parse_start_time_ticks(const char *text, size_t length) {
    const char *end = text + length;
    const char *at = memrchr(text, ')', length);
    if (at == NULL) {
        return 0;
    }
    /* The blank after the name comes before field 3. */
    for (unsigned field = 2; at < end && field < 22; at++) {
        field += *at == ' ';
    }
    uint64_t ticks = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        ticks = ticks * 10 + (uint64_t)(*at - '0');
    }
    return ticks;
}

/* SPDX-License-Identifier: MIT */
#include "allocators.h"

#include <string.h>

/* malloc.h, mallinfo(3). It is glibc's own struct: musl has none, and a libc before 2.33 only the one of int. */
struct mallinfo2_figures {
    size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
typedef int trim(size_t pad);
typedef struct mallinfo2_figures info2(void);
typedef int set_option(int parameter, int value);
typedef const char *get_version(void);

enum { version_call, trim_call, info_call, option_call };

/* M_TRIM_THRESHOLD and M_ARENA_MAX of malloc.h, which musl does not have. */
static const int parameters[settings_count] = {[trim_threshold] = -1, [arena_max] = -8};

static void ask(const struct allocator_calls *calls, struct reply *reply) {
    get_version *version;
    info2 *info;
    memcpy(&version, &calls->functions[version_call], sizeof version);
    memcpy(&info, &calls->functions[info_call], sizeof info);
    reply_text(reply, "version", version());
    if (info != NULL) {
        struct mallinfo2_figures figures = info();
        reply_number(reply, "mappedBytes", figures.arena + figures.hblkhd);
        reply_number(reply, "allocatedBytes", figures.uordblks + figures.hblkhd);
        reply_number(reply, "freeBytes", figures.fordblks);
    }
}

static bool purge(const struct allocator_calls *calls) {
    trim *call;
    memcpy(&call, &calls->functions[trim_call], sizeof call);
    if (call != NULL) {
        (void)call(0); /* 0: there was nothing to give back */
    }
    return call != NULL;
}

/* It holds the main arena's lock meanwhile, and merges the chunks of its fastbins (glibc 2.36, malloc.c,
 * __libc_mallopt). */
static bool set(const struct allocator_calls *calls, enum setting_name name, int value) {
    set_option *call;
    memcpy(&call, &calls->functions[option_call], sizeof call);
    return call != NULL && call(parameters[name], value) == 1;
}

const struct allocator_kind glibc_kind = {
    "glibc", {"gnu_get_libc_version", "malloc_trim", "mallinfo2", "mallopt"}, ask, purge, set,
};

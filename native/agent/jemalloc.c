/* SPDX-License-Identifier: MIT */
#include "allocators.h"

#include <stdio.h>
#include <string.h>

/* jemalloc(3), MALLCTL NAMESPACE. */
typedef int mallctl_call(const char *name, void *old, size_t *old_bytes, void *new, size_t new_bytes);

enum { all_arenas = 4096, name_bytes = 64 }; /* MALLCTL_ARENAS_ALL, from 5.0 on */

static mallctl_call *mallctl_of(const struct allocator_calls *calls) {
    mallctl_call *call;
    memcpy(&call, &calls->functions[0], sizeof call);
    return call;
}

/* Figures are as of the last epoch. */
static void refresh(mallctl_call *mallctl) {
    uint64_t epoch = 1;
    size_t bytes = sizeof epoch;
    (void)mallctl("epoch", &epoch, &bytes, &epoch, sizeof epoch);
}

static bool read_size(mallctl_call *mallctl, const char *name, size_t *value) {
    size_t bytes = sizeof *value;
    return mallctl(name, value, &bytes, NULL, 0) == 0 && bytes == sizeof *value;
}

static void tell_size(mallctl_call *mallctl, const char *name, const char *key, struct reply *reply) {
    size_t value;
    if (read_size(mallctl, name, &value)) {
        reply_number(reply, key, value);
    }
}

/* Pages of all arenas, in bytes. */
static void tell_pages(mallctl_call *mallctl, const char *what, const char *key, struct reply *reply) {
    char name[name_bytes];
    size_t page;
    size_t count;
    (void)snprintf(name, sizeof name, "stats.arenas.%d.%s", all_arenas, what);
    if (read_size(mallctl, "arenas.page", &page) && read_size(mallctl, name, &count)) {
        reply_number(reply, key, page * count);
    }
}

static void tell_unsigned(mallctl_call *mallctl, const char *name, const char *key, struct reply *reply) {
    unsigned value;
    size_t bytes = sizeof value;
    if (mallctl(name, &value, &bytes, NULL, 0) == 0 && bytes == sizeof value) {
        reply_number(reply, key, value);
    }
}

static void tell_bool(mallctl_call *mallctl, const char *name, const char *key, struct reply *reply) {
    bool value;
    size_t bytes = sizeof value;
    if (mallctl(name, &value, &bytes, NULL, 0) == 0 && bytes == sizeof value) {
        reply_text(reply, key, value ? "true" : "false");
    }
}

/* -1: never. */
static void tell_milliseconds(mallctl_call *mallctl, const char *name, const char *key, struct reply *reply) {
    ssize_t value;
    size_t bytes = sizeof value;
    if (mallctl(name, &value, &bytes, NULL, 0) != 0 || bytes != sizeof value) {
        return;
    }
    if (value < 0) {
        reply_text(reply, key, "never");
    } else {
        reply_number(reply, key, (uint64_t)value);
    }
}

static void ask(const struct allocator_calls *calls, struct reply *reply) {
    mallctl_call *mallctl = mallctl_of(calls);
    const char *version;
    size_t bytes = sizeof version;
    refresh(mallctl);
    if (mallctl("version", &version, &bytes, NULL, 0) == 0 && bytes == sizeof version) {
        reply_text(reply, "version", version);
    }
    tell_size(mallctl, "stats.allocated", "allocatedBytes", reply);
    tell_size(mallctl, "stats.active", "activeBytes", reply);
    tell_size(mallctl, "stats.metadata", "metadataBytes", reply);
    tell_size(mallctl, "stats.resident", "residentBytes", reply);
    tell_size(mallctl, "stats.mapped", "mappedBytes", reply);
    tell_size(mallctl, "stats.retained", "retainedBytes", reply);
    tell_pages(mallctl, "pdirty", "dirtyBytes", reply);
    tell_pages(mallctl, "pmuzzy", "muzzyBytes", reply);
    tell_unsigned(mallctl, "arenas.narenas", "arenas", reply);
    tell_size(mallctl, "arenas.page", "pageBytes", reply);
    tell_unsigned(mallctl, "opt.narenas", "option.narenas", reply);
    tell_bool(mallctl, "background_thread", "option.background_thread", reply);
    tell_milliseconds(mallctl, "opt.dirty_decay_ms", "option.dirty_decay_ms", reply);
    tell_milliseconds(mallctl, "opt.muzzy_decay_ms", "option.muzzy_decay_ms", reply);
}

/* Dirty and muzzy pages of all arenas. Before 5.0 the number of arenas stood for all. */
static bool purge(const struct allocator_calls *calls) {
    mallctl_call *mallctl = mallctl_of(calls);
    char name[name_bytes];
    unsigned arenas;
    size_t bytes = sizeof arenas;
    (void)mallctl("thread.tcache.flush", NULL, NULL, NULL, 0);
    (void)snprintf(name, sizeof name, "arena.%d.purge", all_arenas);
    if (mallctl(name, NULL, NULL, NULL, 0) == 0) {
        return true;
    }
    if (mallctl("arenas.narenas", &arenas, &bytes, NULL, 0) != 0) {
        return false;
    }
    (void)snprintf(name, sizeof name, "arena.%u.purge", arenas);
    return mallctl(name, NULL, NULL, NULL, 0) == 0;
}

const struct allocator_kind jemalloc_kind = {"jemalloc", {"mallctl"}, ask, purge, NULL};
const struct allocator_kind prefixed_jemalloc_kind = {"jemalloc", {"je_mallctl"}, ask, purge, NULL};

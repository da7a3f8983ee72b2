/* SPDX-License-Identifier: MIT */
#include "allocators.h"

#include <string.h>

/* mimalloc.h */
typedef void collect(bool is_forced);
typedef int get_version(void);
typedef void process_info(size_t *elapsed_ms, size_t *user_ms, size_t *system_ms, size_t *rss, size_t *peak_rss,
                          size_t *commit, size_t *peak_commit, size_t *faults);

enum { collect_call, version_call, info_call };

static void ask(const struct allocator_calls *calls, struct reply *reply) {
    get_version *version;
    process_info *info;
    memcpy(&version, &calls->functions[version_call], sizeof version);
    memcpy(&info, &calls->functions[info_call], sizeof info);
    if (version != NULL) {
        reply_number(reply, "version", (uint64_t)version());
    }
    if (info != NULL) {
        size_t unused;
        size_t commit = 0;
        size_t peak = 0;
        info(&unused, &unused, &unused, &unused, &unused, &commit, &peak, &unused);
        reply_number(reply, "committedBytes", commit);
        reply_number(reply, "peakCommittedBytes", peak);
    }
}

static bool purge(const struct allocator_calls *calls) {
    collect *call;
    memcpy(&call, &calls->functions[collect_call], sizeof call);
    call(true);
    return true;
}

const struct allocator_kind mimalloc_kind = {
    "mimalloc", {"mi_collect", "mi_version", "mi_process_info"}, ask, purge, NULL,
};

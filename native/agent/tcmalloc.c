/* SPDX-License-Identifier: MIT */
#include "allocators.h"

#include <string.h>

/* gperftools/malloc_extension_c.h; the names of the figures are those of malloc_extension.h. */
typedef int get_property(const char *name, size_t *value);
typedef void release_memory(void);
typedef const char *get_version(int *major, int *minor, const char **patch);

enum { property_call, release_call, version_call };

static const struct {
    const char *name;
    const char *key;
} figures[] = {
    {"generic.current_allocated_bytes", "allocatedBytes"},
    {"generic.heap_size", "mappedBytes"},
    {"tcmalloc.pageheap_free_bytes", "pageHeapFreeBytes"},
    {"tcmalloc.pageheap_unmapped_bytes", "retainedBytes"},
    {"tcmalloc.central_cache_free_bytes", "centralFreeBytes"},
    {"tcmalloc.transfer_cache_free_bytes", "transferFreeBytes"},
    {"tcmalloc.thread_cache_free_bytes", "threadFreeBytes"},
    {"tcmalloc.max_total_thread_cache_bytes", "option.max_total_thread_cache_bytes"},
    {"tcmalloc.aggressive_memory_decommit", "option.aggressive_decommit"},
};

static void ask(const struct allocator_calls *calls, struct reply *reply) {
    get_property *property;
    get_version *version;
    memcpy(&property, &calls->functions[property_call], sizeof property);
    memcpy(&version, &calls->functions[version_call], sizeof version);
    if (version != NULL) {
        int major;
        int minor;
        const char *patch;
        const char *text = version(&major, &minor, &patch);
        reply_text(reply, "version", text == NULL ? "" : text);
    }
    for (size_t index = 0; index < sizeof figures / sizeof *figures; index++) {
        size_t value = 0;
        if (property(figures[index].name, &value) != 0) {
            reply_number(reply, figures[index].key, value);
        }
    }
}

/* What lies in caches of threads and of the center stays. */
static bool purge(const struct allocator_calls *calls) {
    release_memory *release;
    memcpy(&release, &calls->functions[release_call], sizeof release);
    if (release != NULL) {
        release();
    }
    return release != NULL;
}

const struct allocator_kind tcmalloc_kind = {
    "tcmalloc", {"MallocExtension_GetNumericProperty", "MallocExtension_ReleaseFreeMemory", "tc_version"}, ask, purge,
    NULL,
};

/* SPDX-License-Identifier: MIT */
#include "jvm_places.h"

#include <stdlib.h>
#include <string.h>

static struct inspect_verdict find_in(const struct target *target, struct jvm_places *places) {
    struct hotspot *vm;
    const char *why;
    struct inspect_verdict verdict = hotspot_open_places(target, &vm, &why);
    if (verdict.status != inspect_ok || vm == NULL) {
        return verdict;
    }
    places->collector = hotspot_collector_name(hotspot_collector_of(vm));
    verdict = hotspot_places(vm, &places->list, &places->count);
    hotspot_close(vm);
    return verdict;
}

struct inspect_verdict jvm_places_find(pid_t pid, uint64_t budget_ms, const int32_t *cancelled,
                                       struct jvm_places *places) {
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(budget_ms, cancelled, &cpu);
    struct target target;
    memset(places, 0, sizeof *places);
    struct inspect_verdict verdict = target_open(pid, &deadline, &target);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = find_in(&target, places);
    if (verdict.status == inspect_ok) {
        verdict = target_check(&target);
    }
    target_close(&target);
    return verdict;
}

void jvm_places_free(struct jvm_places *places) {
    free(places->list);
    memset(places, 0, sizeof *places);
}

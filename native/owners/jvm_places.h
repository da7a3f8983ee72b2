/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JVM_PLACES_H
#define OFFHEAP_JVM_PLACES_H

/*
 * Where a JVM has its heap and, of JDK 8, its collector's tables, its code and its metaspace: read from outside,
 * of those that do not tell it when they are asked. The JVM does not stop, and only pages that are present are read.
 */

#include "hotspot/hotspot.h"

#ifdef __cplusplus
extern "C" {
#endif

struct jvm_places {
    const char *collector; /* a constant, as hotspot_collector_name() has it; NULL: no HotSpot that can be read */
    struct hotspot_place *list;
    size_t count;
};

/*
 * `budget_ms`: of processor time; four times as much may pass. `cancelled`: as in deadline.h. What *places has is to be
 * freed by jvm_places_free(), whatever the verdict.
 */
struct inspect_verdict jvm_places_find(pid_t pid, uint64_t budget_ms, const int32_t *cancelled,
                                       struct jvm_places *places);
void jvm_places_free(struct jvm_places *places);

#ifdef __cplusplus
}
#endif

#endif

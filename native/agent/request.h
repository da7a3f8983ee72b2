/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_AGENT_REQUEST_H
#define OFFHEAP_AGENT_REQUEST_H

#include <stdbool.h>

enum setting_name { trim_threshold, arena_max, settings_count };

/* A parameter of mallopt(3). */
struct setting {
    const char *name; /* as GLIBC_TUNABLES has it, without `glibc.malloc.` */
    bool is_given;
    int value; /* never negative */
};

/* What the agent is to do, from its options: `ask:PATH`, `purge:PATH`, or `set:trim_threshold=N,arena_max=N:PATH` with
 * one of the two or both. */
struct request {
    bool purges;
    bool sets;
    struct setting settings[settings_count];
    const char *path; /* of the socket that takes the reply, in the process's own file system */
};

/* False: they are not in that form, and nothing is done. The path is a part of `options`. */
bool request_parse(const char *options, struct request *request);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_AGENT_REQUEST_H
#define OFFHEAP_AGENT_REQUEST_H

#include <stdbool.h>

/* What the agent is to do, from its options: `ask:PATH` or `purge:PATH`. */
struct request {
    bool purges;
    const char *path; /* of the socket that takes the reply, in the process's own file system */
};

/* False: they are not in that form, and nothing is done. The path is a part of `options`. */
bool request_parse(const char *options, struct request *request);

#endif

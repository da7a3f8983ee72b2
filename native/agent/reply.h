/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_AGENT_REPLY_H
#define OFFHEAP_AGENT_REPLY_H

/*
 * What the agent answers: lines of a key, a space and a value, from REPLY_HEADER to `end`, or to `cut` where there was
 * no room. src/parse/allocator-reply.ts reads it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLY_HEADER "offheap-allocator 1"

enum { reply_bytes = 16384 };

struct reply {
    char text[reply_bytes];
    size_t used;
    bool is_full; /* a line found no room */
};

void reply_line(struct reply *reply, const char *line);
void reply_number(struct reply *reply, const char *key, uint64_t value);
/* Control characters become question marks. */
void reply_text(struct reply *reply, const char *key, const char *value);

/* To the socket at that path. False: nobody listens there. */
bool reply_send(const struct reply *reply, const char *path);

#endif

/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <stddef.h>
#include <string.h>

static const char ask[] = "ask:";
static const char purge[] = "purge:";

static const char *after(const char *options, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(options, prefix, length) == 0 ? options + length : NULL;
}

bool request_parse(const char *options, struct request *request) {
    if (options == NULL) {
        return false;
    }
    const char *asked = after(options, ask);
    const char *purged = after(options, purge);
    request->purges = purged != NULL;
    request->path = purged != NULL ? purged : asked;
    return request->path != NULL && request->path[0] == '/';
}

/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

static const char ask[] = "ask:";
static const char purge[] = "purge:";
static const char set[] = "set:";

static const char *after(const char *options, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(options, prefix, length) == 0 ? options + length : NULL;
}

/* What follows the digits; NULL: there are none, or it is more than an int holds. */
static const char *read_value(const char *text, int *value) {
    const char *at = text;
    *value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        int digit = *at - '0';
        if (*value > (INT_MAX - digit) / 10) {
            return NULL;
        }
        *value = *value * 10 + digit;
    }
    return at == text ? NULL : at;
}

/* What follows one `NAME=N`; NULL: it is none that is known, or is there twice. */
static const char *read_setting(const char *text, struct request *request) {
    for (size_t index = 0; index < settings_count; index++) {
        struct setting *setting = &request->settings[index];
        const char *rest = after(text, setting->name);
        if (rest != NULL && *rest == '=' && !setting->is_given) {
            setting->is_given = true;
            return read_value(rest + 1, &setting->value);
        }
    }
    return NULL;
}

/* The path behind them. */
static const char *read_settings(const char *text, struct request *request) {
    const char *at = read_setting(text, request);
    while (at != NULL && *at == ',') {
        at = read_setting(at + 1, request);
    }
    return at != NULL && *at == ':' ? at + 1 : NULL;
}

bool request_parse(const char *options, struct request *request) {
    *request = (struct request){.settings = {
                                    [trim_threshold] = {.name = "trim_threshold"},
                                    [arena_max] = {.name = "arena_max"},
                                }};
    if (options == NULL) {
        return false;
    }
    const char *purged = after(options, purge);
    const char *settings = after(options, set);
    request->purges = purged != NULL;
    request->sets = settings != NULL;
    request->path = purged != NULL ? purged : after(options, ask);
    if (settings != NULL) {
        request->path = read_settings(settings, request);
    }
    return request->path != NULL && request->path[0] == '/';
}

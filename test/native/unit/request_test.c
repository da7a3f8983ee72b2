/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "request.h"

#include <limits.h>
#include <string.h>

static struct request request;

static bool is_set(enum setting_name name, int value) {
    return request.settings[name].is_given && request.settings[name].value == value;
}

static void test_plain_requests(void) {
    CHECK(request_parse("ask:/tmp/a", &request) && !request.purges && !request.sets);
    CHECK(strcmp(request.path, "/tmp/a") == 0);
    CHECK(request_parse("purge:/tmp/a:b", &request) && request.purges && !request.sets);
    CHECK(strcmp(request.path, "/tmp/a:b") == 0);
}

static void test_settings(void) {
    CHECK(request_parse("set:trim_threshold=131072:/tmp/a", &request) && request.sets && !request.purges);
    CHECK(is_set(trim_threshold, 131072) && !request.settings[arena_max].is_given);
    CHECK(strcmp(request.path, "/tmp/a") == 0);
    CHECK(request_parse("set:arena_max=4,trim_threshold=0:/a,b=1:c", &request));
    CHECK(is_set(arena_max, 4) && is_set(trim_threshold, 0));
    CHECK(strcmp(request.path, "/a,b=1:c") == 0);
}

static void test_bounds(void) {
    CHECK(request_parse("set:trim_threshold=2147483647:/a", &request) && is_set(trim_threshold, INT_MAX));
    CHECK(request_parse("set:trim_threshold=0000000000002147483647:/a", &request) && is_set(trim_threshold, INT_MAX));
    CHECK(!request_parse("set:trim_threshold=2147483648:/a", &request));
    CHECK(!request_parse("set:trim_threshold=99999999999999999999999999:/a", &request));
    CHECK(!request_parse("set:trim_threshold=-1:/a", &request));
}

static void test_other_forms(void) {
    static const char *const others[] = {
        "",
        "ask",
        "ask:",
        "ask:a",
        "purge:",
        "purge:a",
        "set:",
        "set:/a",
        "set::/a",
        "tell:/a",
        "set:trim_threshold:/a",
        "set:trim_threshold=:/a",
        "set:trim_threshold=1/a",
        "set:trim_threshold=1:a",
        "set:trim_threshold=1",
        "set:trim_threshold=1,:/a",
        "set:trim_threshold=1,trim_threshold=2:/a",
        "set:mmap_threshold=1:/a",
        "set:arena_max=1k:/a",
        "set:arena_max =1:/a",
        "set:arena_max= 1:/a",
        "set:arena=1:/a",
        "SET:arena_max=1:/a",
    };
    for (size_t index = 0; index < sizeof others / sizeof *others; index++) {
        CHECK(!request_parse(others[index], &request));
    }
    CHECK(!request_parse(NULL, &request));
}

int main(void) {
    test_plain_requests();
    test_settings();
    test_bounds();
    test_other_forms();
    return 0;
}

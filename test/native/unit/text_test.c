/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "early_env.h"
#include "line.h"
#include "self_stat.h"

#include <string.h>

static void test_line(void) {
    struct line line;
    line_begin(&line);
    line_add_decimal(&line, 0);
    line_add(&line, " ");
    line_add_decimal(&line, UINT64_MAX);
    line_add(&line, " ");
    line_add_hex(&line, 0xdeadbeef);
    CHECK(strcmp(line.text, "0 18446744073709551615 0xdeadbeef") == 0);
    for (unsigned index = 0; index < 1000; index++) {
        line_add(&line, "0123456789");
    }
    CHECK(strlen(line.text) == line.length && line.length == sizeof line.text - 2);
}

static void test_environment(void) {
    char entries[][16] = {"NAMES=1", "NAME", "NAME=", "NAM=2", "NAME=second"};
    char *environment[] = {entries[0], entries[1], entries[2], entries[3], entries[4], NULL};
    CHECK(strcmp(early_env_get(environment, "NAME"), "") == 0);
    CHECK(strcmp(early_env_get(environment, "NAM"), "2") == 0);
    CHECK(early_env_get(environment, "NA") == NULL && early_env_get(NULL, "NAME") == NULL);
}

static uint64_t parse(const char *text) {
    return parse_start_time_ticks(text, strlen(text));
}

static void test_stat(void) {
    CHECK(parse("1 (a) b) R 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24\n") == 22);
    CHECK(parse("1 (sh) R 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 987654321098") == 987654321098);
    CHECK(parse("") == 0 && parse("1 (sh") == 0 && parse("1 (sh) R 4 5") == 0);
    CHECK(self_start_time_ticks() > 0);
}

int main(void) {
    test_line();
    test_environment();
    test_stat();
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "early_env.h"
#include "line.h"

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

int main(void) {
    test_line();
    test_environment();
    return 0;
}

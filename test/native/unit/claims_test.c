/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "claims.h"

#include <string.h>

/*
 *   0 → 1 → 2 → 3 → 0      a ring
 *   4 → 2, 4 → 5           another way to 2
 *   6                      nothing points to it
 *   7 → 8 → 9
 */
enum { count = 10 };
static uint32_t first[count + 1] = {0, 1, 2, 3, 4, 6, 6, 6, 7, 8, 8};
static uint32_t to[] = {1, 2, 3, 0, 2, 5, 8, 9};
static const struct block_graph graph = {.first = first, .to = to, .edge_count = 8};
static struct claims claims;

static void begin(void) {
    CHECK(claims_make(&graph, count, &claims));
    for (uint32_t block = 0; block < count; block++) {
        CHECK(claims.owners[block] == no_owner && !claims_is_direct(&claims, block));
    }
}

static void check_owners(const uint32_t *owners) {
    CHECK(memcmp(claims.owners, owners, count * sizeof *owners) == 0);
}

static void test_nearest(void) {
    static const struct root roots[] = {{20, 0}, {21, 4}};
    begin();
    claims_take(&claims, roots, 2);
    /* 2 is two steps from 0 and one from 4. */
    check_owners((const uint32_t[]){20, 20, 21, 21, 21, 21, no_owner, no_owner, no_owner, no_owner});
    CHECK(claims_is_direct(&claims, 0) && claims_is_direct(&claims, 4) && !claims_is_direct(&claims, 2));
    claims_free(&claims);
}

static void test_a_tie(void) {
    static const struct root roots[] = {{20, 1}, {21, 4}};
    static const struct root turned[] = {{21, 4}, {20, 1}};
    begin();
    claims_take(&claims, roots, 2);
    check_owners((const uint32_t[]){20, 20, 20, 20, 21, 21, no_owner, no_owner, no_owner, no_owner});
    claims_free(&claims);
    begin();
    claims_take(&claims, turned, 2);
    check_owners((const uint32_t[]){21, 20, 21, 21, 21, 21, no_owner, no_owner, no_owner, no_owner});
    claims_free(&claims);
}

static void test_what_was_claimed_stays_so(void) {
    static const struct root ones[] = {{1, 3}, {2, 3}, {1, 3}};
    static const struct root others[] = {{3, 0}, {3, 6}, {3, 8}};
    begin();
    claims_take(&claims, ones, 3);
    claims_take(&claims, others, 3);
    check_owners((const uint32_t[]){1, 1, 1, 1, no_owner, no_owner, 3, no_owner, 3, 3});
    CHECK(claims_is_direct(&claims, 3) && !claims_is_direct(&claims, 0) && claims_is_direct(&claims, 8));
    claims_free(&claims);
}

/* Nobody passes through a block that is held back, and it is free to be claimed when it is let go. */
static void test_held_back(void) {
    static const struct root roots[] = {{1, 7}, {1, 8}};
    static const struct root last[] = {{2, 8}};
    begin();
    claims_hold_back(&claims, 8);
    claims_take(&claims, roots, 2);
    CHECK(claims.owners[7] == 1 && claims.owners[8] == held_back && claims.owners[9] == no_owner);
    CHECK(!claims_is_direct(&claims, 8));
    claims_let_go(&claims, 8);
    claims_let_go(&claims, 7); /* it is taken, and not held back */
    claims_take(&claims, last, 1);
    CHECK(claims.owners[7] == 1 && claims.owners[8] == 2 && claims.owners[9] == 2 && claims_is_direct(&claims, 8));
    claims_free(&claims);
}

static void test_nothing(void) {
    static const uint32_t none[1] = {0};
    const struct block_graph empty = {.first = (uint32_t *)(uintptr_t)none};
    CHECK(claims_make(&empty, 0, &claims));
    claims_take(&claims, NULL, 0);
    claims_free(&claims);
}

int main(void) {
    test_nearest();
    test_a_tie();
    test_what_was_claimed_stays_so();
    test_held_back();
    test_nothing();
    return 0;
}

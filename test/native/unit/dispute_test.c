/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "dispute.h"

/*
 *   0 → 1 → 2      of a class with one object, and 3 → 1 of a library
 *   4 → 5          of a class with many objects alone
 *   6              of that class; the one with few points to it as well
 *   7 → 8          of the one with few; the one with many points to it as well
 *   9              nobody's
 */
enum { count = 10, library = 1, few = 10, many = 11 };
static uint32_t first[count + 1] = {0, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5};
static uint32_t to[] = {1, 2, 1, 5, 8};
static const struct block_graph graph = {.first = first, .to = to, .edge_count = 5};
static struct java_owner owners[] = {{.objects = 1}, {.objects = 1000}};
static struct root of_library[] = {{library, 3}};
static struct root of_classes[] = {{few, 0}, {many, 4}, {many, 6}, {few, 6}, {few, 7}, {many, 7}};
static const struct root_list libraries = {.list = of_library, .count = 1};
static const struct root_list objects = {.list = of_classes, .count = 6};
static const struct java_owners classes = {.list = owners, .count = 2, .first_owner = few};
static struct claims claims;
static struct dispute dispute;

static void begin(void) {
    CHECK(claims_make(&graph, count, &claims));
    claims_add(&claims, objects.list, objects.count);
    claims_take(&claims, libraries.list, libraries.count);
    CHECK(claims.owners[1] == few && claims.owners[2] == few && claims.owners[3] == library);
    CHECK(dispute_begin(&claims, &classes, &dispute));
}

static void end(void) {
    dispute_free(&dispute);
    claims_free(&claims);
}

static void check(const char *expected) {
    for (uint32_t block = 0; block < count; block++) {
        CHECK(dispute_has(&dispute, block) == (expected[block] == 'x'));
    }
}

static void test_what_two_lead_to(void) {
    begin();
    dispute_add(&dispute, &objects);
    dispute_add(&dispute, &libraries);
    dispute_follow(&dispute);
    check(".xx....xx.");
    end();
}

/* A library points to what a class has: it is disputed, of however many objects. */
static void test_what_a_library_points_to(void) {
    static struct root more[] = {{library, 6}, {library, 4}};
    static const struct root_list others = {.list = more, .count = 2};
    begin();
    dispute_add(&dispute, &others);
    dispute_follow(&dispute);
    check(".xx.xxx...");
    end();
}

static void test_what_one_leads_to(void) {
    static struct root one[] = {{few, 0}};
    static const struct root_list own = {.list = one, .count = 1};
    CHECK(claims_make(&graph, count, &claims));
    claims_take(&claims, own.list, own.count);
    CHECK(dispute_begin(&claims, &classes, &dispute));
    dispute_add(&dispute, &own);
    dispute_follow(&dispute);
    check("..........");
    end();
}

int main(void) {
    test_what_two_lead_to();
    test_what_a_library_points_to();
    test_what_one_leads_to();
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* Libraries that come and go, and those that do not see the malloc that the program has. */
#include "rows.h"

static void *(*plugin_make)(size_t size);
static void (*plugin_free)(void *block);
static long (*plugin_labs)(long number);

static void find_functions(void *plugin) {
    EXPECT(plugin != NULL);
    *(void **)&plugin_make = dlsym(plugin, "plugin_make");
    *(void **)&plugin_free = dlsym(plugin, "plugin_free");
    *(void **)&plugin_labs = dlsym(plugin, "plugin_labs");
    EXPECT(plugin_make != NULL && plugin_free != NULL && plugin_labs != NULL);
}

/* POSIX leaves open whether the library goes; what it allocated is the program's in any case. */
static void unloaded(void) {
    NEEDS(CONFORMANCE_PRELOADED && plugin_path != NULL);
    for (unsigned round = 0; round < 200; round++) {
        void *plugin = dlopen(plugin_path, (round % 2 == 0 ? RTLD_NOW : RTLD_LAZY) | RTLD_LOCAL);
        find_functions(plugin);
        void *block = plugin_make(5000);
        fill(block, 5000, round);
        EXPECT(dlclose(plugin) == 0);
        EXPECT((block = realloc(block, 9000)) != NULL && is_filled(block, 5000, round));
        free(block);
    }
}

static void dl_errors(void) {
    EXPECT(dlopen("/nonexistent/library.so", RTLD_NOW) == NULL);
    const char *first = dlerror();
    EXPECT(first != NULL && strstr(first, "/nonexistent/library.so") != NULL);
    EXPECT(dlsym(RTLD_DEFAULT, "a_function_that_nobody_has") == NULL && dlerror() != NULL && dlerror() == NULL);
}

enum { block_count = 1000 };

/* So many at once that glibc, were it to take a foreign block, would look at its neighbours. */
static void exchange(void *(*make)(size_t), void (*give_back)(void *)) {
    static void *blocks[block_count];
    for (unsigned index = 0; index < block_count; index++) {
        blocks[index] = make(17 * index + 24);
        fill(blocks[index], 17 * index + 24, index);
    }
    for (unsigned index = 0; index < block_count; index++) {
        EXPECT(is_filled(blocks[index], 17 * index + 24, index));
        give_back(blocks[index]);
    }
}

/* Such a library finds libc's malloc before the program's scope, and with it whatever is preloaded. */
static void open_bound_to_itself(void) {
    NEEDS(CONFORMANCE_PRELOADED && plugin_path != NULL);
    find_functions(dlopen(plugin_path, RTLD_NOW | RTLD_DEEPBIND));
}

static void bound_keeps_its_blocks(void) {
    open_bound_to_itself();
    exchange(plugin_make, plugin_free);
}

static void bound_gives_blocks(void) {
    open_bound_to_itself();
    void *block = plugin_make(5000);
    fill(block, 5000, 1);
    EXPECT(malloc_usable_size(block) >= 5000);
    EXPECT((block = realloc(block, 9000)) != NULL && is_filled(block, 5000, 1));
    free(block);
    exchange(plugin_make, free);
}

static void bound_takes_blocks(void) {
    open_bound_to_itself();
    exchange(malloc, plugin_free);
}

static void bound_finds_its_own(void) {
    open_bound_to_itself();
    EXPECT(plugin_labs(-1000) == -1001);
}

static void libc_takes_blocks(void) {
    NEEDS(CONFORMANCE_PRELOADED);
    void *libc = dlopen("libc.so.6", RTLD_NOW);
    void (*libc_free)(void *);
    EXPECT(libc != NULL && (*(void **)&libc_free = dlsym(libc, "free")) != NULL);
    exchange(malloc, libc_free);
}

static void namespace_keeps_its_blocks(void) {
    NEEDS(CONFORMANCE_PRELOADED && plugin_path != NULL);
    find_functions(dlmopen(LM_ID_NEWLM, plugin_path, RTLD_NOW));
    exchange(plugin_make, plugin_free);
}

static const struct row list[] = {
    {"dlclose(3)", "a library is unloaded 200 times; its blocks stay", unloaded},
    {"dlerror(3)", "messages of the dynamic linker are the program's", dl_errors},
    {"dlopen(3)", "RTLD_DEEPBIND: a library frees its own blocks", bound_keeps_its_blocks},
    {"dlopen(3)", "RTLD_DEEPBIND: the program measures, resizes and frees a library's blocks", bound_gives_blocks},
    {"dlopen(3)", "RTLD_DEEPBIND: a library frees the program's blocks", bound_takes_blocks},
    {"dlopen(3)", "RTLD_DEEPBIND: a library finds its own definitions before libc's", bound_finds_its_own},
    {"dlsym(3)", "the free that libc's handle has frees the program's blocks", libc_takes_blocks},
    {"dlmopen(3)", "a library in a namespace of its own frees its own blocks", namespace_keeps_its_blocks},
};
const struct rows rows_of_libraries = {list, sizeof list / sizeof *list};

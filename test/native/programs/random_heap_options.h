/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_HEAP_OPTIONS_H
#define RANDOM_HEAP_OPTIONS_H

/* Arguments NAME=VALUE of random_heap.c. A value is a whole number, or one of the words of its name. */

#include <malloc.h>

enum { sizes_tiny, sizes_small, sizes_pages, sizes_large, sizes_mapped, sizes_mixed };
enum { order_lifo, order_fifo, order_shuffled, order_alternate, order_run, order_mixed };

static const char *const size_words[] = {"tiny", "small", "pages", "large", "mapped", "mixed", NULL};
static const char *const order_words[] = {"lifo", "fifo", "shuffled", "alternate", "run", "mixed", NULL};

static struct options {
    long long seed;
    long long threads; /* that stay, besides the first */
    long long ended;   /* that end after their last turn */
    long long turns;   /* of each thread */
    long long blocks;  /* that a turn allocates at most */
    long long bytes;   /* that all threads hold at most */
    long long sizes;
    long long order;
    /* Percent of the blocks of a turn. */
    long long freed;     /* after it, of all that its thread holds */
    long long handed;    /* of the turns that free another thread's blocks instead */
    long long filled;    /* others keep what was in their memory before */
    long long zeroed;    /* calloc */
    long long aligned;   /* memalign, aligned_alloc, posix_memalign */
    long long resized;   /* realloc */
    long long trimmed;   /* of the turns that end with malloc_trim */
    long long sbrk;      /* bytes that the program takes for itself by sbrk in each turn of the first thread, at most */
    long long brk_turns; /* after so many turns of the first thread brk fails, and sbrk is over; -1: never */
    long long mappings;  /* that each turn makes beside malloc's */
    long long fork;      /* 1: the child is looked at, with one more turn of its only thread */
    long long churn;     /* threads that go on allocating and freeing blocks which nobody counts */
    /* mallopt(3); -1 leaves glibc's default, or what the environment says. */
    long long mxfast;
    long long mmap_threshold;
    long long trim_threshold;
    long long top_pad;
    long long arena_max;
} options = {
    .seed = 1,
    .threads = 2,
    .ended = 1,
    .turns = 3,
    .blocks = 500,
    .bytes = 32 << 20,
    .sizes = sizes_mixed,
    .order = order_mixed,
    .freed = 60,
    .filled = 50,
    .brk_turns = -1,
    .mxfast = -1,
    .mmap_threshold = -1,
    .trim_threshold = -1,
    .top_pad = -1,
    .arena_max = -1,
};

struct option {
    const char *name;
    long long *value;
    const char *const *words;
    int parameter; /* of mallopt */
};

#define OPTION(name) {#name, &options.name, NULL, 0}
static const struct option option_list[] = {
    OPTION(seed),
    OPTION(threads),
    OPTION(ended),
    OPTION(turns),
    OPTION(blocks),
    OPTION(bytes),
    {"sizes", &options.sizes, size_words, 0},
    {"order", &options.order, order_words, 0},
    OPTION(freed),
    OPTION(handed),
    OPTION(filled),
    OPTION(zeroed),
    OPTION(aligned),
    OPTION(resized),
    OPTION(trimmed),
    OPTION(sbrk),
    OPTION(brk_turns),
    OPTION(mappings),
    OPTION(fork),
    OPTION(churn),
    {"mxfast", &options.mxfast, NULL, M_MXFAST},
    {"mmap_threshold", &options.mmap_threshold, NULL, M_MMAP_THRESHOLD},
    {"trim_threshold", &options.trim_threshold, NULL, M_TRIM_THRESHOLD},
    {"top_pad", &options.top_pad, NULL, M_TOP_PAD},
    {"arena_max", &options.arena_max, NULL, M_ARENA_MAX},
};
#undef OPTION
enum { option_count = sizeof option_list / sizeof option_list[0] };

static void set_option(const struct option *option, const char *text) {
    char *end;
    *option->value = strtoll(text, &end, 10);
    if (option->words == NULL) {
        EXPECT(*text != '\0' && *end == '\0');
        return;
    }
    long long index = 0;
    while (option->words[index] != NULL && strcmp(option->words[index], text) != 0) {
        index++;
    }
    EXPECT(option->words[index] != NULL);
    *option->value = index;
}

static void read_options(char **arguments) {
    for (; *arguments != NULL; arguments++) {
        const char *value = strchr(*arguments, '=');
        EXPECT(value != NULL);
        size_t length = (size_t)(value - *arguments);
        unsigned index = 0;
        while (index < option_count &&
               (strncmp(option_list[index].name, *arguments, length) != 0 || option_list[index].name[length] != '\0')) {
            index++;
        }
        EXPECT(index < option_count);
        set_option(&option_list[index], value + 1);
    }
    for (unsigned index = 0; index < option_count; index++) {
        const struct option *option = &option_list[index];
        EXPECT(option->parameter == 0 || *option->value < 0 || mallopt(option->parameter, (int)*option->value) == 1);
    }
}

#endif

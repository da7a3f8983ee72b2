/* SPDX-License-Identifier: MIT */
#ifndef CONFORMANCE_PROPERTY_H
#define CONFORMANCE_PROPERTY_H

/* The model of the property test: what each block must hold. */

#include "rows.h"

#include "entry_points.h"

enum { slots = 2048, boxes_count = 256, most_threads = 16 };

enum call {
#define CALL(name, type, parameters, arguments) call_##name,
    OFFHEAP_ENTRY_POINTS(CALL)
#undef CALL
        call_count,
};

struct model {
    unsigned char *block;
    size_t size;
    uint64_t seed;
};

struct worker {
    pthread_t thread;
    uint64_t random;
    uint64_t done;
    uint64_t calls[call_count];
    struct model models[slots];
};

extern uint64_t first_seed;

#define HOLDS(worker, condition)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            dprintf(STDERR_FILENO, "seed %llu, operation %llu: %s\n", (unsigned long long)first_seed,                  \
                    (unsigned long long)(worker)->done, #condition);                                                   \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* A random number. */
uint64_t next(struct worker *worker);

/* Nearly all are small; one in 2,000 is up to 4 MiB. */
size_t random_size(struct worker *worker);

/* Writes the block's bytes from `from` on. */
void paint(struct model *model, size_t from);

/* Whether they are what paint() wrote, up to `until`. */
bool is_painted(const struct model *model, size_t until);

/* A block of model->size bytes by any entry point, which is returned. May raise model->size. */
enum call allocate_as(struct worker *worker, struct model *model);

#endif

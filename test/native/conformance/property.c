/* SPDX-License-Identifier: MIT */
/*
 * Random operations against a model that knows every block's size and bytes. Arguments: seed, operations a thread,
 * threads. Threads swap blocks through boxes, so many are freed by another than had them. Leaves the last blocks live,
 * and prints on stdout what must be in the counters: operations, blocks live, their usable bytes, and a line
 * "NAME calls" for each entry point.
 */
#include "property.h"

volatile size_t opaque_zero;
uint64_t first_seed;

static const char *const call_names[] = {
#define NAME(name, type, parameters, arguments) #name,
    OFFHEAP_ENTRY_POINTS(NAME)
#undef NAME
};

static struct worker workers[most_threads];
static struct model *_Atomic swap_boxes[boxes_count];
static uint64_t operations;

static void allocate(struct worker *worker, struct model *model) {
    model->size = random_size(worker);
    model->seed = next(worker);
    worker->calls[allocate_as(worker, model)]++;
    HOLDS(worker, model->block != NULL && (uintptr_t)model->block % (model->size < 16 ? 8 : 16) == 0);
    paint(model, 0);
}

static void release(struct worker *worker, struct model *model) {
    HOLDS(worker, is_painted(model, model->size));
    unsigned how = free_sized != NULL ? next(worker) % 8 : 7;
    if (how == 0) {
        worker->calls[call_free_sized]++;
        free_sized(model->block, model->size);
    } else {
        worker->calls[call_free]++;
        free(model->block);
    }
    model->block = NULL;
}

static void resize(struct worker *worker, struct model *model) {
    size_t size = 1 + random_size(worker);
    bool is_array = next(worker) % 4 == 0;
    worker->calls[is_array ? call_reallocarray : call_realloc]++;
    void *resized = is_array ? reallocarray(model->block, 1, size) : realloc(model->block, size);
    HOLDS(worker, resized != NULL);
    size_t kept = model->size < size ? model->size : size;
    model->block = resized;
    HOLDS(worker, is_painted(model, kept));
    model->size = size;
    paint(model, kept);
}

static void measure(struct worker *worker, struct model *model) {
    worker->calls[call_malloc_usable_size]++;
    size_t usable = malloc_usable_size(model->block);
    HOLDS(worker, usable >= model->size);
    if (next(worker) % 16 == 0) { /* all of it is the program's */
        model->size = usable;
        paint(model, 0);
    }
}

/* A block that fails to grow stays; so does one that is asked for too much. */
static void fail_to_resize(struct worker *worker, struct model *model) {
    worker->calls[call_realloc]++;
    HOLDS(worker, realloc(model->block, opaque(PTRDIFF_MAX)) == NULL && is_painted(model, model->size));
}

static void swap(struct worker *worker, struct model *model) {
    struct model *parcel = malloc(sizeof *parcel);
    worker->calls[call_malloc]++;
    *parcel = *model;
    struct model *taken = atomic_exchange(&swap_boxes[next(worker) % boxes_count], parcel);
    model->block = NULL;
    if (taken != NULL) {
        *model = *taken;
        free(taken);
        worker->calls[call_free]++;
        HOLDS(worker, is_painted(model, model->size));
    }
}

static void operate(struct worker *worker) {
    struct model *model = &worker->models[next(worker) % slots];
    unsigned what = next(worker) % 100;
    if (model->block == NULL) {
        allocate(worker, model);
    } else if (what < 60) {
        release(worker, model);
    } else if (what < 85) {
        resize(worker, model);
    } else if (what < 93) {
        measure(worker, model);
    } else if (what < 94) {
        fail_to_resize(worker, model);
    } else {
        swap(worker, model);
    }
}

static void *work(void *argument) {
    struct worker *worker = argument;
    for (; worker->done < operations; worker->done++) {
        operate(worker);
    }
    return NULL;
}

struct outcome {
    uint64_t done;
    uint64_t live;
    uint64_t usable;
    uint64_t calls[call_count];
};

static void add_live(struct worker *worker, struct outcome *outcome, const struct model *model) {
    HOLDS(worker, is_painted(model, model->size));
    outcome->live++;
    outcome->usable += malloc_usable_size(model->block);
    outcome->calls[call_malloc_usable_size]++;
}

static void finish(struct outcome *outcome, unsigned threads) {
    for (unsigned index = 0; index < threads; index++) {
        struct worker *worker = &workers[index];
        outcome->done += worker->done;
        for (unsigned call = 0; call < call_count; call++) {
            outcome->calls[call] += worker->calls[call];
        }
        for (unsigned slot = 0; slot < slots; slot++) {
            if (worker->models[slot].block != NULL) {
                add_live(worker, outcome, &worker->models[slot]);
            }
        }
    }
    for (unsigned index = 0; index < boxes_count; index++) {
        struct model *parcel = swap_boxes[index];
        if (parcel != NULL) {
            add_live(&workers[0], outcome, parcel);
            free(parcel);
            outcome->calls[call_free]++;
        }
    }
}

int main(int argc, char **argv) {
    first_seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    operations = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
    unsigned threads = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1;
    threads = threads < 1 ? 1 : threads > most_threads ? most_threads : threads;
    for (unsigned index = 0; index < threads; index++) {
        workers[index].random = first_seed * 1000 + index;
        if (pthread_create(&workers[index].thread, NULL, work, &workers[index]) != 0) {
            return 1;
        }
    }
    for (unsigned index = 0; index < threads; index++) {
        (void)pthread_join(workers[index].thread, NULL);
    }
    static struct outcome outcome;
    finish(&outcome, threads);
    dprintf(STDOUT_FILENO, "operations %llu\nlive %llu\nusable %llu\n", (unsigned long long)outcome.done,
            (unsigned long long)outcome.live, (unsigned long long)outcome.usable);
    for (unsigned call = 0; call < call_count; call++) {
        dprintf(STDOUT_FILENO, "%s %llu\n", call_names[call], (unsigned long long)outcome.calls[call]);
    }
    _exit(0);
}

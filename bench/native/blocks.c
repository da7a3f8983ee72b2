/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * blocks OPERATION MILLISECONDS: what an operation costs, until so much processor time is used. Prints nanoseconds of
 * processor time per operation. pairs: malloc and free of 7,160 bytes, an Inflater's state, first byte written. calloc:
 * calloc and free of 1 MiB, first byte read. grow: a block grown by realloc from 64 KiB to 8 MiB, in steps of 64 KiB,
 * each written.
 *
 * Blocks are live while it measures, as they are in a program. Without them it would matter more than the allocator
 * does whether the kernel happens to put the one block next to a mapping that it can be merged with.
 */

enum {
    inflater_bytes = 7160,
    large_bytes = 1 << 20,
    step_bytes = 1 << 16,
    grown_bytes = 1 << 23,
    kept_blocks = 100,
    operations_between_looks = 16
};

static int64_t cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static char *require(void *block) {
    if (block == NULL) {
        abort();
    }
    return block;
}

static char *make_block(void) {
    char *block = require(malloc(inflater_bytes));
    *(volatile char *)block = 1;
    return block;
}

static void keep_some(void) {
    for (int kept = 0; kept < kept_blocks; kept++) {
        (void)make_block();
    }
}

static void pair(void) {
    free(make_block());
}

static void clear(void) {
    char *block = require(calloc(1, large_bytes));
    if (*(volatile char *)block != 0) {
        abort();
    }
    free(block);
}

static void grow(void) {
    char *block = NULL;
    for (size_t bytes = step_bytes; bytes <= grown_bytes; bytes += step_bytes) {
        block = require(realloc(block, bytes));
        memset(block + bytes - step_bytes, 1, step_bytes);
    }
    free(block);
}

int main(int count, char **arguments) {
    if (count != 3) {
        return 2;
    }
    void (*operation)(void) = strcmp(arguments[1], "calloc") == 0 ? clear
                              : strcmp(arguments[1], "grow") == 0 ? grow
                                                                  : pair;
    int64_t budget_ns = strtol(arguments[2], NULL, 10) * 1000000;
    keep_some();
    operation();
    int between_looks =
        operation == grow ? 1 : operations_between_looks; /* it takes a third of a second where each step copies */
    int64_t from = cpu_ns();
    int64_t operations = 0;
    do {
        for (int done = 0; done < between_looks; done++) {
            operation();
        }
        operations += between_looks;
    } while (cpu_ns() - from < budget_ns);
    printf("%.1f\n", (double)(cpu_ns() - from) / (double)operations);
    return 0;
}

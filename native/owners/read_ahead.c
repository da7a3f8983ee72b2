/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "read_ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct read_ahead {
    struct remote remote;
    unsigned buffers;
    /* A ring: numbers go on without end, and a batch's place is its number modulo `buffers`. */
    struct read_batch batches[read_buffers];
    uint64_t looked_at; /* numbers below it are free again */
    uint64_t filled;    /* to be read, or read, are those below it */
    pthread_t thread;
    bool has_thread;
    bool has_no_thread; /* there was none to be had */
    pthread_mutex_t mutex;
    pthread_cond_t is_filled;
    pthread_cond_t is_read;
    /* By the mutex. */
    uint64_t asked; /* `filled`, as the thread may know of it */
    uint64_t taken; /* somebody reads, or has read, those below it */
    bool are_read[read_buffers];
    bool is_over;
};

static struct read_batch *batch_of(struct read_ahead *ahead, uint64_t number) {
    return &ahead->batches[number % ahead->buffers];
}

/* pre: the mutex is locked, and so it is afterwards, but not meanwhile */
static void read_one(struct read_ahead *ahead) {
    uint64_t number = ahead->taken++;
    struct read_batch *batch = batch_of(ahead, number);
    pthread_mutex_unlock(&ahead->mutex);
    batch->verdict = remote_read_pieces(&ahead->remote, batch->pieces, batch->count);
    pthread_mutex_lock(&ahead->mutex);
    ahead->are_read[number % ahead->buffers] = true;
}

static void *serve(void *argument) {
    struct read_ahead *ahead = argument;
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->is_over) {
        if (ahead->taken == ahead->asked) {
            pthread_cond_wait(&ahead->is_filled, &ahead->mutex);
        } else {
            read_one(ahead);
            pthread_cond_signal(&ahead->is_read);
        }
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

/* Signals of this process are for its other threads. */
static void begin_thread(struct read_ahead *ahead) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    if (ahead->has_thread || ahead->has_no_thread || pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return;
    }
    ahead->has_thread = pthread_create(&ahead->thread, NULL, serve, ahead) == 0;
    ahead->has_no_thread = !ahead->has_thread;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void free_buffers(struct read_ahead *ahead) {
    for (unsigned index = 0; index < read_buffers; index++) {
        free(ahead->batches[index].buffer);
    }
}

struct read_ahead *read_ahead_create(const struct remote *remote, unsigned buffers) {
    struct read_ahead *ahead = calloc(1, sizeof *ahead);
    bool is_good = ahead != NULL;
    for (unsigned index = 0; is_good && index < buffers; index++) {
        ahead->batches[index].buffer = malloc(read_buffer_bytes);
        is_good = ahead->batches[index].buffer != NULL;
    }
    if (!is_good) {
        if (ahead != NULL) {
            free_buffers(ahead);
        }
        free(ahead);
        return NULL;
    }
    ahead->remote = *remote;
    ahead->buffers = buffers;
    /* None of glibc's fails. */
    (void)pthread_mutex_init(&ahead->mutex, NULL);
    (void)pthread_cond_init(&ahead->is_filled, NULL);
    (void)pthread_cond_init(&ahead->is_read, NULL);
    return ahead;
}

void read_ahead_destroy(struct read_ahead *ahead) {
    if (ahead == NULL) {
        return;
    }
    if (ahead->has_thread) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->is_over = true;
        pthread_cond_signal(&ahead->is_filled);
        pthread_mutex_unlock(&ahead->mutex);
        pthread_join(ahead->thread, NULL);
    }
    pthread_cond_destroy(&ahead->is_read);
    pthread_cond_destroy(&ahead->is_filled);
    pthread_mutex_destroy(&ahead->mutex);
    free_buffers(ahead);
    free(ahead);
}

struct read_batch *read_ahead_next(struct read_ahead *ahead) {
    return ahead->filled - ahead->looked_at == ahead->buffers ? NULL : batch_of(ahead, ahead->filled);
}

void read_ahead_start(struct read_ahead *ahead) {
    ahead->filled++;
    if (ahead->filled - ahead->looked_at > 1) {
        begin_thread(ahead);
    }
    pthread_mutex_lock(&ahead->mutex);
    ahead->asked = ahead->filled;
    ahead->are_read[(ahead->filled - 1) % ahead->buffers] = false;
    if (ahead->filled - ahead->looked_at > 1) {
        pthread_cond_signal(&ahead->is_filled);
    }
    pthread_mutex_unlock(&ahead->mutex);
}

struct read_batch *read_ahead_wait(struct read_ahead *ahead) {
    uint64_t number = ahead->looked_at;
    if (number == ahead->filled) {
        return NULL;
    }
    pthread_mutex_lock(&ahead->mutex);
    if (ahead->taken == number) {
        read_one(ahead);
    }
    while (!ahead->are_read[number % ahead->buffers]) {
        pthread_cond_wait(&ahead->is_read, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return batch_of(ahead, number);
}

void read_ahead_done(struct read_ahead *ahead) {
    ahead->looked_at++;
}

void read_ahead_clear(struct read_ahead *ahead) {
    pthread_mutex_lock(&ahead->mutex);
    for (uint64_t number = ahead->looked_at; number < ahead->taken; number++) {
        while (!ahead->are_read[number % ahead->buffers]) {
            pthread_cond_wait(&ahead->is_read, &ahead->mutex);
        }
    }
    ahead->taken = ahead->asked;
    pthread_mutex_unlock(&ahead->mutex);
    ahead->looked_at = ahead->filled;
}

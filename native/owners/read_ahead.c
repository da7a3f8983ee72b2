/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "read_ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct read_ahead {
    pid_t pid;
    struct read_batch batches[2];
    unsigned next; /* index of the batch that read_ahead_next() gives */
    pthread_t thread;
    bool has_thread;
    bool has_no_thread; /* there was none to be had */
    bool is_for_thread; /* what was begun last */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct read_batch *asked; /* by the mutex: to be read, or being read */
    bool is_over;             /* likewise */
};

static void read_batch(const struct read_ahead *ahead, struct read_batch *batch) {
    batch->verdict = remote_read_pieces(ahead->pid, batch->pieces, batch->count);
}

static void *serve(void *argument) {
    struct read_ahead *ahead = argument;
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->is_over) {
        if (ahead->asked == NULL) {
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
            continue;
        }
        struct read_batch *batch = ahead->asked;
        pthread_mutex_unlock(&ahead->mutex);
        read_batch(ahead, batch);
        pthread_mutex_lock(&ahead->mutex);
        ahead->asked = NULL;
        pthread_cond_signal(&ahead->changed);
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

struct read_ahead *read_ahead_create(pid_t pid) {
    struct read_ahead *ahead = calloc(1, sizeof *ahead);
    if (ahead == NULL) {
        return NULL;
    }
    ahead->pid = pid;
    ahead->batches[0].buffer = malloc(read_buffer_bytes);
    ahead->batches[1].buffer = malloc(read_buffer_bytes);
    if (ahead->batches[0].buffer == NULL || ahead->batches[1].buffer == NULL ||
        pthread_mutex_init(&ahead->mutex, NULL) != 0) {
        free(ahead->batches[0].buffer);
        free(ahead->batches[1].buffer);
        free(ahead);
        return NULL;
    }
    (void)pthread_cond_init(&ahead->changed, NULL); /* glibc's never fails */
    return ahead;
}

void read_ahead_destroy(struct read_ahead *ahead) {
    if (ahead == NULL) {
        return;
    }
    if (ahead->has_thread) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->is_over = true;
        pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
        pthread_join(ahead->thread, NULL);
    }
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    free(ahead->batches[0].buffer);
    free(ahead->batches[1].buffer);
    free(ahead);
}

struct read_batch *read_ahead_next(struct read_ahead *ahead) {
    return &ahead->batches[ahead->next];
}

void read_ahead_start(struct read_ahead *ahead, bool is_alone) {
    if (!is_alone) {
        begin_thread(ahead);
    }
    ahead->is_for_thread = !is_alone && ahead->has_thread;
    if (ahead->is_for_thread) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->asked = &ahead->batches[ahead->next];
        pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
    }
    ahead->next = 1 - ahead->next;
}

struct read_batch *read_ahead_wait(struct read_ahead *ahead) {
    struct read_batch *batch = &ahead->batches[1 - ahead->next];
    if (!ahead->is_for_thread) {
        read_batch(ahead, batch);
        return batch;
    }
    pthread_mutex_lock(&ahead->mutex);
    while (ahead->asked != NULL) {
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return batch;
}

/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "read_ahead.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { piece_bytes = 256 << 10 };
/* Whose pages are asked for at once. */
static const uint64_t span_bytes = UINT64_C(1) << 30;

/* Where reading has come to. */
struct cursor {
    const struct memory_range *ranges;
    size_t count; /* of ranges that are left */
    uint64_t at;
    uint64_t span_end; /* to here the pages are known */
};

static bool open_with(const struct target *target, unsigned buffers, struct stream *stream) {
    memset(stream, 0, sizeof *stream);
    stream->target = target;
    stream->ahead = read_ahead_create(&target->memory, buffers);
    return stream->ahead != NULL;
}

bool stream_open(const struct target *target, struct stream *stream) {
    return open_with(target, read_buffers, stream);
}

bool stream_open_alone(const struct target *target, struct stream *stream) {
    return open_with(target, 1, stream);
}

void stream_close(struct stream *stream) {
    read_ahead_destroy(stream->ahead);
    page_bits_free(&stream->bits);
    memset(stream, 0, sizeof *stream);
}

static void enter_range(struct cursor *cursor) {
    if (cursor->count > 0) {
        uint64_t word = sizeof(uint64_t);
        cursor->at = (cursor->ranges->start + word - 1) / word * word;
        cursor->span_end = cursor->at;
    }
}

/* To where there is something to read. False: nowhere. */
static bool move_on(struct stream *stream, struct cursor *cursor, struct inspect_verdict *verdict) {
    while (cursor->count > 0 && verdict->status == inspect_ok) {
        uint64_t end = cursor->ranges->end;
        if (cursor->at >= end) {
            cursor->ranges++;
            cursor->count--;
            enter_range(cursor);
        } else if (cursor->at >= cursor->span_end) {
            cursor->span_end = end - cursor->at < span_bytes ? end : cursor->at + span_bytes;
            *verdict = page_map_load(&stream->target->pages, cursor->at, cursor->span_end, &stream->bits);
        } else {
            uint64_t from = page_bits_next(&stream->bits, cursor->at);
            cursor->at = from < cursor->span_end ? from : cursor->span_end;
            if (cursor->at < cursor->span_end) {
                return true;
            }
        }
    }
    return false;
}

/* As many pieces as the buffer takes. False: there is nothing more to read. */
static bool plan(struct stream *stream, struct cursor *cursor, struct read_batch *batch,
                 struct inspect_verdict *verdict) {
    size_t used = 0;
    batch->count = 0;
    while (batch->count < remote_batch && used < read_buffer_bytes && move_on(stream, cursor, verdict)) {
        uint64_t left = cursor->span_end - cursor->at;
        size_t most = read_buffer_bytes - used < piece_bytes ? read_buffer_bytes - used : (size_t)piece_bytes;
        size_t bytes = page_bits_run(&stream->bits, cursor->at, left < most ? (size_t)left : most);
        batch->pieces[batch->count++] = (struct remote_piece){cursor->at, bytes, batch->buffer + used, false};
        used += bytes;
        cursor->at += bytes;
    }
    return batch->count > 0;
}

/* As much as there are buffers for. */
static void plan_all(struct stream *stream, struct cursor *cursor, struct inspect_verdict *verdict) {
    struct read_batch *batch = read_ahead_next(stream->ahead);
    while (batch != NULL && cursor->count > 0 && verdict->status == inspect_ok &&
           plan(stream, cursor, batch, verdict)) {
        read_ahead_start(stream->ahead);
        batch = read_ahead_next(stream->ahead);
    }
}

/* Pieces that follow one another, in the process and in the buffer, are one. */
static bool hand_over(struct stream *stream, const struct read_batch *batch, take_memory *take, void *to) {
    const struct remote_piece *pieces = batch->pieces;
    for (size_t index = 0; index < batch->count;) {
        if (!pieces[index].is_read) {
            stream->missed_bytes += pieces[index++].bytes;
            continue;
        }
        const struct remote_piece *first = &pieces[index];
        size_t bytes = first->bytes;
        for (index++; index < batch->count && pieces[index].is_read && pieces[index].address == first->address + bytes;
             index++) {
            bytes += pieces[index].bytes;
        }
        stream->read_bytes += bytes;
        if (!take(to, first->to, first->address, bytes)) {
            return false;
        }
    }
    return true;
}

struct inspect_verdict stream_read(struct stream *stream, const struct memory_range *ranges, size_t count,
                                   take_memory *take, void *to) {
    struct inspect_verdict verdict = inspect_good();
    struct cursor cursor = {.ranges = ranges, .count = count};
    enter_range(&cursor);
    for (bool goes_on = true; goes_on;) {
        plan_all(stream, &cursor, &verdict);
        const struct read_batch *batch = verdict.status == inspect_ok ? read_ahead_wait(stream->ahead) : NULL;
        if (batch == NULL) {
            break;
        }
        verdict = batch->verdict;
        if (verdict.status == inspect_ok) {
            verdict = deadline_verdict(stream->target->deadline, "reading its memory");
        }
        goes_on = verdict.status == inspect_ok && hand_over(stream, batch, take, to);
        read_ahead_done(stream->ahead);
    }
    read_ahead_clear(stream->ahead);
    return verdict;
}

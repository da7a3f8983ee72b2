/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    buffer_bytes = 2 << 20, /* stays in the processor's last cache while it is looked at */
    piece_bytes = 256 << 10,
};
/* Whose pages are asked for at once. */
static const uint64_t span_bytes = UINT64_C(1) << 30;

bool stream_open(const struct target *target, struct stream *stream) {
    memset(stream, 0, sizeof *stream);
    stream->target = target;
    stream->buffer = malloc(buffer_bytes);
    return stream->buffer != NULL;
}

void stream_close(struct stream *stream) {
    free(stream->buffer);
    page_bits_free(&stream->bits);
    memset(stream, 0, sizeof *stream);
}

/* As many pieces as the buffer takes; *at is where the next ones begin. */
static size_t plan(const struct stream *stream, uint64_t *at, uint64_t end, struct remote_piece *pieces) {
    size_t count = 0;
    size_t used = 0;
    while (count < remote_batch && used < buffer_bytes) {
        uint64_t from = page_bits_next(&stream->bits, *at);
        if (from >= end) {
            *at = end;
            break;
        }
        size_t most = buffer_bytes - used < piece_bytes ? buffer_bytes - used : (size_t)piece_bytes;
        most = end - from < most ? (size_t)(end - from) : most;
        size_t bytes = page_bits_run(&stream->bits, from, most);
        pieces[count++] = (struct remote_piece){from, bytes, stream->buffer + used, false};
        used += bytes;
        *at = from + bytes;
    }
    return count;
}

/* Pieces that follow one another, in the process and in the buffer, are one. */
static bool hand_over(struct stream *stream, const struct remote_piece *pieces, size_t count, take_memory *take,
                      void *to) {
    for (size_t index = 0; index < count;) {
        if (!pieces[index].is_read) {
            stream->missed_bytes += pieces[index++].bytes;
            continue;
        }
        const struct remote_piece *first = &pieces[index];
        size_t bytes = first->bytes;
        for (index++; index < count && pieces[index].is_read && pieces[index].address == first->address + bytes;
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

/* *goes_on: `take` wants more. */
static struct inspect_verdict read_span(struct stream *stream, uint64_t start, uint64_t end, take_memory *take,
                                        void *to, bool *goes_on) {
    struct remote_piece pieces[remote_batch];
    struct inspect_verdict verdict = page_map_load(&stream->target->pages, start, end, &stream->bits);
    for (uint64_t at = start; at < end && verdict.status == inspect_ok && *goes_on;) {
        size_t count = plan(stream, &at, end, pieces);
        verdict = deadline_verdict(stream->target->deadline, "reading its memory");
        if (verdict.status == inspect_ok) {
            verdict = remote_read_pieces(stream->target->pid, pieces, count);
        }
        *goes_on = verdict.status == inspect_ok && hand_over(stream, pieces, count, take, to);
    }
    return verdict;
}

struct inspect_verdict stream_read(struct stream *stream, uint64_t start, uint64_t end, take_memory *take, void *to) {
    struct inspect_verdict verdict = inspect_good();
    bool goes_on = true;
    start = (start + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
    for (uint64_t at = start; at < end && verdict.status == inspect_ok && goes_on;) {
        uint64_t next = end - at < span_bytes ? end : at + span_bytes;
        verdict = read_span(stream, at, next, take, to, &goes_on);
        at = next;
    }
    return verdict;
}

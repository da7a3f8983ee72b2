/* SPDX-License-Identifier: MIT */
#include "heap_reader.h"

#include <stdlib.h>
#include <string.h>

enum {
    kept_pages = 16384, /* one arena's heap of 64 MiB; memory for those that are never read is never touched */
    kept_spans = 4096,  /* whose page maps are kept: lists lead to a few places of a heap, or anywhere in a large one */
    span_bytes = 1 << 20,
    span_words = 4, /* of its map, a bit a page of 4 KiB or more */
};

struct kept_page {
    uint64_t address; /* 0: none; no heap lies there */
    bool is_read;
};

struct kept_span {
    uint64_t address; /* 0: none */
    uint64_t start;
    uint64_t end;
    uint64_t words[span_words];
};

struct heap_reader {
    const struct target *target;
    const struct glibc_heaps *heaps;
    unsigned char *data; /* of the pages, each in its place */
    struct kept_page *pages;
    struct kept_span *spans;
};

struct heap_reader *heap_reader_create(const struct target *target, const struct glibc_heaps *heaps) {
    struct heap_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return NULL;
    }
    reader->target = target;
    reader->heaps = heaps;
    reader->data = malloc(kept_pages * (size_t)page_bytes());
    reader->pages = calloc(kept_pages, sizeof *reader->pages);
    reader->spans = calloc(kept_spans, sizeof *reader->spans);
    if (reader->data == NULL || reader->pages == NULL || reader->spans == NULL) {
        heap_reader_destroy(reader);
        return NULL;
    }
    return reader;
}

void heap_reader_destroy(struct heap_reader *reader) {
    if (reader == NULL) {
        return;
    }
    free(reader->spans);
    free(reader->data);
    free(reader->pages);
    free(reader);
}

/* What of the span around an address is the heap's. */
static void load_span(const struct heap_reader *reader, const struct heap *heap, struct kept_span *span) {
    struct page_bits bits = {.words = span->words, .capacity = span_words};
    uint64_t start = heap->base > span->address ? heap->base : span->address;
    uint64_t end = span->address + span_bytes;
    end = heap->stretch.end < end ? heap->stretch.end : end;
    bool is_known = start < end && page_map_load(&reader->target->pages, start, end, &bits).status == inspect_ok;
    span->start = bits.start;
    span->end = is_known ? bits.end : bits.start;
}

/* A heap need not begin with a page, nor end before another one's span. */
static bool is_present(struct heap_reader *reader, uint64_t address) {
    const struct heap *heap = glibc_heaps_at(reader->heaps, address);
    if (heap == NULL) {
        return false;
    }
    struct kept_span *span = &reader->spans[address / span_bytes % kept_spans];
    bool is_kept = span->address == address / span_bytes * span_bytes && address >= span->start && address < span->end;
    if (!is_kept) {
        span->address = address / span_bytes * span_bytes;
        load_span(reader, heap, span);
    }
    struct page_bits bits = {.start = span->start, .end = span->end, .words = span->words};
    return page_bits_has(&bits, address);
}

/* NULL: it cannot be read. */
static const unsigned char *page_of(struct heap_reader *reader, uint64_t address) {
    uint64_t page = address - address % page_bytes();
    size_t place = (size_t)(page / page_bytes() % kept_pages);
    struct kept_page *kept = &reader->pages[place];
    unsigned char *data = reader->data + place * (size_t)page_bytes();
    if (kept->address != page) {
        kept->address = page;
        kept->is_read =
            is_present(reader, address) && remote_read(&reader->target->memory, page, data, (size_t)page_bytes());
    }
    return kept->is_read ? data : NULL;
}

bool heap_reader_read(struct heap_reader *reader, uint64_t address, void *to, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        uint64_t at = address + done;
        size_t offset = (size_t)(at % page_bytes());
        size_t left = (size_t)page_bytes() - offset;
        size_t part = bytes - done < left ? bytes - done : left;
        const unsigned char *page = page_of(reader, at);
        if (page == NULL) {
            return false;
        }
        memcpy((unsigned char *)to + done, page + offset, part);
        done += part;
    }
    return true;
}

bool heap_reader_is_mapped(const struct heap_reader *reader, uint64_t address) {
    return proc_maps_is_writable(&reader->target->maps, address);
}

bool heap_reader_read_mapped(const struct heap_reader *reader, uint64_t address, void *to, size_t bytes) {
    return heap_reader_is_mapped(reader, address) && !deadline_is_over(reader->target->deadline) &&
           target_read(reader->target, address, to, bytes);
}

void heap_reader_forget(struct heap_reader *reader) {
    memset(reader->pages, 0, kept_pages * sizeof *reader->pages);
    memset(reader->spans, 0, kept_spans * sizeof *reader->spans);
}

/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "smaps_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    text_bytes = 64 * 1024,
    slot_count = 16384,
    bytes_per_kib = 1024,
    hexadecimal = 16,
    hexadecimal_digits = 16,
    decimal_digits = 19,
    perms_bytes = 4,
    first_names_bytes = 4096,
    hash_start = 5381,
    hash_factor = 33
};
static_assert((size_t)slot_count > 2 * smaps_piece_names, "half of the slots stay free, so that a search ends soon");
static_assert(text_bytes >= 2 * smaps_longest_line, "a line that is not too long fits in whole");

struct smaps_reader {
    int descriptor;
    uint64_t left_bytes;
    bool is_at_end;
    size_t from; /* what is in text and was not looked at yet */
    size_t to;
    size_t name_count;
    size_t names_used;
    size_t names_capacity;
    char *names;
    uint32_t ends[smaps_piece_names];
    uint16_t slots[slot_count]; /* 0: free; else the number of a name, plus 1 */
    char text[text_bytes];
};

struct line {
    const char *at;
    const char *end;
};

struct smaps_reader *smaps_reader_open(const char *path, uint64_t max_bytes) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return NULL;
    }
    struct smaps_reader *reader = malloc(sizeof *reader);
    char *names = malloc(first_names_bytes);
    if (reader == NULL || names == NULL) {
        free(reader);
        free(names);
        (void)close(descriptor);
        errno = ENOMEM;
        return NULL;
    }
    reader->descriptor = descriptor;
    reader->left_bytes = max_bytes;
    reader->is_at_end = false;
    reader->from = 0;
    reader->to = 0;
    reader->names = names;
    reader->names_capacity = first_names_bytes;
    return reader;
}

void smaps_reader_close(struct smaps_reader *reader) {
    (void)close(reader->descriptor);
    free(reader->names);
    free(reader);
}

/* Reads behind what is there. The kernel gives a page of it at a time. */
static bool fill(struct smaps_reader *reader) {
    memmove(reader->text, reader->text + reader->from, reader->to - reader->from);
    reader->to -= reader->from;
    reader->from = 0;
    while (reader->to < text_bytes) {
        ssize_t bytes = read(reader->descriptor, reader->text + reader->to, text_bytes - reader->to);
        if (bytes < 0) {
            return false;
        }
        if (bytes == 0) {
            reader->is_at_end = true;
            return true;
        }
        if ((uint64_t)bytes > reader->left_bytes) {
            errno = EFBIG;
            return false;
        }
        reader->left_bytes -= (uint64_t)bytes;
        reader->to += (size_t)bytes;
    }
    return true;
}

/* The next line without its newline, which stays the next one until it is taken; at == NULL at the end. */
static bool peek_line(struct smaps_reader *reader, struct line *line, size_t *bytes) {
    const char *newline = memchr(reader->text + reader->from, '\n', reader->to - reader->from);
    if (newline == NULL && !reader->is_at_end) {
        if (!fill(reader)) {
            return false;
        }
        newline = memchr(reader->text, '\n', reader->to);
    }
    const char *at = reader->text + reader->from;
    const char *end = newline == NULL ? reader->text + reader->to : newline;
    *bytes = (size_t)(end - at) + (newline == NULL ? 0 : 1);
    line->at = *bytes == 0 ? NULL : at;
    line->end = (size_t)(end - at) > smaps_longest_line ? at + smaps_longest_line : end;
    return true;
}

/* A line without an end fills the text: the rest of it is no line of its own. */
static bool take_line(struct smaps_reader *reader, size_t bytes) {
    bool has_ended = reader->text[reader->from + bytes - 1] == '\n';
    reader->from += bytes;
    while (!has_ended && !(reader->is_at_end && reader->from == reader->to)) {
        if (reader->from == reader->to && !fill(reader)) {
            return false;
        }
        const char *newline = memchr(reader->text + reader->from, '\n', reader->to - reader->from);
        has_ended = newline != NULL;
        reader->from = has_ended ? (size_t)(newline + 1 - reader->text) : reader->to;
    }
    return true;
}

static bool grow_names(struct smaps_reader *reader, size_t bytes) {
    size_t capacity = reader->names_capacity;
    while (capacity - reader->names_used < bytes) {
        capacity *= 2;
    }
    if (capacity == reader->names_capacity) {
        return true;
    }
    char *names = realloc(reader->names, capacity);
    if (names == NULL) {
        return false;
    }
    reader->names = names;
    reader->names_capacity = capacity;
    return true;
}

static size_t begin_of(const struct smaps_reader *reader, size_t name) {
    return name == 0 ? 0 : reader->ends[name - 1];
}

/* The number of a name in this piece, under which it is kept. */
static bool number_of(struct smaps_reader *reader, const char *at, size_t bytes, double *number) {
    uint32_t hash = hash_start;
    for (size_t index = 0; index < bytes; index++) {
        hash = hash * hash_factor + (unsigned char)at[index];
    }
    size_t slot = (hash ^ (hash >> 14)) % slot_count;
    while (reader->slots[slot] != 0) {
        size_t name = reader->slots[slot] - 1U;
        size_t begin = begin_of(reader, name);
        if (reader->ends[name] - begin == bytes && memcmp(reader->names + begin, at, bytes) == 0) {
            *number = (double)name;
            return true;
        }
        slot = (slot + 1) % slot_count;
    }
    if (!grow_names(reader, bytes)) {
        errno = ENOMEM;
        return false;
    }
    memcpy(reader->names + reader->names_used, at, bytes);
    reader->names_used += bytes;
    reader->ends[reader->name_count] = (uint32_t)reader->names_used;
    *number = (double)reader->name_count;
    reader->slots[slot] = (uint16_t)++reader->name_count;
    return true;
}

static int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : hexadecimal;
}

/* A number, and the letter behind it, if that is what stands there. */
static bool take_number(struct line *line, int base, char behind, double *number) {
    uint64_t value = 0;
    int digits = 0;
    const int most = base == hexadecimal ? hexadecimal_digits : decimal_digits;
    for (; line->at < line->end && digit_of(*line->at) < base; line->at++, digits++) {
        value = value * (uint64_t)base + (uint64_t)digit_of(*line->at);
    }
    if (digits == 0 || digits > most) {
        return false;
    }
    *number = (double)value;
    if (line->at == line->end) {
        return behind == '\0';
    }
    return *line->at++ == (behind == '\0' ? ' ' : behind);
}

enum taken { is_taken, is_other, is_failed };

/* "7f0a-7f0b rw-p 0000 08:01 42    /path" */
static enum taken take_header(struct smaps_reader *reader, struct line line, double *row) {
    memset(row, 0, smaps_field_count * sizeof *row);
    if (!take_number(&line, hexadecimal, '-', &row[smaps_start]) ||
        !take_number(&line, hexadecimal, ' ', &row[smaps_end]) || line.end - line.at <= perms_bytes ||
        line.at[perms_bytes] != ' ') {
        return is_other;
    }
    const char *perms = line.at;
    for (size_t index = 0; index < perms_bytes; index++) {
        if (perms[index] <= ' ' || perms[index] > '~') {
            return is_other;
        }
    }
    line.at += perms_bytes + 1;
    if (!take_number(&line, hexadecimal, ' ', &row[smaps_offset]) ||
        !take_number(&line, hexadecimal, ':', &row[smaps_device_major]) ||
        !take_number(&line, hexadecimal, ' ', &row[smaps_device_minor]) ||
        !take_number(&line, 10, '\0', &row[smaps_inode])) {
        return is_other;
    }
    while (line.at < line.end && *line.at == ' ') {
        line.at++;
    }
    bool is_named = number_of(reader, perms, perms_bytes, &row[smaps_perms]) &&
                    number_of(reader, line.at, (size_t)(line.end - line.at), &row[smaps_path]);
    return is_named ? is_taken : is_failed;
}

static bool starts_with(const struct line *line, const char *label, size_t bytes) {
    return (size_t)(line->end - line->at) >= bytes && memcmp(line->at, label, bytes) == 0;
}

/* 0 of what is no number. */
static double kib_of(struct line line, size_t label_bytes) {
    const char *at = line.at + label_bytes;
    while (at < line.end && *at == ' ') {
        at++;
    }
    double value = 0;
    for (; at < line.end && *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (*at - '0');
    }
    return value * bytes_per_kib;
}

static const struct label {
    const char *text;
    size_t bytes;
    enum smaps_field field;
    bool is_added;
} labels[] = {
#define LABEL(text, field, is_added) {text, sizeof text - 1, field, is_added}
    LABEL("Rss:", smaps_rss, false),
    LABEL("Pss:", smaps_pss, false),
    LABEL("Anonymous:", smaps_anonymous, false),
    LABEL("LazyFree:", smaps_lazy_free, false),
    LABEL("AnonHugePages:", smaps_huge, true),
    LABEL("ShmemPmdMapped:", smaps_huge, true),
    LABEL("Shared_Hugetlb:", smaps_hugetlb, true),
    LABEL("Private_Hugetlb:", smaps_hugetlb, true),
    LABEL("Swap:", smaps_swap, false),
#undef LABEL
};

static bool take_flags(struct smaps_reader *reader, struct line line, double *row) {
    static const char label[] = "VmFlags:";
    /* One of each mapping: so there is room for all names. */
    if (row[smaps_flags] > 0 || !starts_with(&line, label, sizeof label - 1)) {
        return true;
    }
    line.at += sizeof label - 1;
    while (line.at < line.end && *line.at == ' ') {
        line.at++;
    }
    while (line.at < line.end && line.end[-1] == ' ') {
        line.end--;
    }
    return number_of(reader, line.at, (size_t)(line.end - line.at), &row[smaps_flags]);
}

static bool take_field(struct smaps_reader *reader, struct line line, double *row) {
    if (*line.at == 'V') {
        return take_flags(reader, line, row);
    }
    for (size_t index = 0; index < sizeof labels / sizeof *labels; index++) {
        const struct label *label = &labels[index];
        if (*label->text != *line.at || !starts_with(&line, label->text, label->bytes)) {
            continue;
        }
        double bytes = kib_of(line, label->bytes);
        row[label->field] = label->is_added ? row[label->field] + bytes : bytes;
        /* They come behind Rss. */
        row[smaps_rss] += label->field == smaps_hugetlb ? bytes : 0;
        return true;
    }
    return true;
}

static bool begin_piece(struct smaps_reader *reader) {
    double empty = 0;
    memset(reader->slots, 0, sizeof reader->slots);
    reader->name_count = 0;
    reader->names_used = 0;
    return number_of(reader, "", 0, &empty);
}

/* Fields begin with a capital, mappings with a hexadecimal digit. */
static bool begins_mapping(const struct line *line) {
    return line->at < line->end && (*line->at >= 'a' || *line->at <= '9');
}

bool smaps_reader_next(struct smaps_reader *reader, double *rows, struct smaps_piece *piece) {
    struct line line;
    size_t bytes = 0;
    size_t count = 0;
    bool is_good = begin_piece(reader);
    while (is_good && (is_good = peek_line(reader, &line, &bytes)) && line.at != NULL) {
        if (begins_mapping(&line)) {
            if (count == smaps_piece_mappings) {
                break;
            }
            enum taken taken = take_header(reader, line, rows + count * smaps_field_count);
            is_good = taken != is_failed;
            count += taken == is_taken ? 1 : 0;
        } else if (count > 0 && line.at < line.end) {
            is_good = take_field(reader, line, rows + (count - 1) * smaps_field_count);
        }
        is_good = is_good && take_line(reader, bytes);
    }
    *piece = (struct smaps_piece){count, reader->name_count, reader->names, reader->ends, reader->names_used};
    return is_good;
}

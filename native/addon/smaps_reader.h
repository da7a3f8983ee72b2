/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SMAPS_READER_H
#define OFFHEAP_SMAPS_READER_H

/*
 * The mappings of /proc/PID/smaps (proc_pid_smaps(5)), so many at a time: 60,000 of them are 42 MB of text, of which no
 * more is there than the kernel was asked for at once. What is told of a mapping is what src/parse/smaps.ts tells.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In this order in a row of doubles. Bytes, but for the numbers of the device, the inode, and the three names. */
enum smaps_field {
    smaps_start,
    smaps_end,
    smaps_offset,
    smaps_device_major,
    smaps_device_minor,
    smaps_inode,
    smaps_rss,       /* with smaps_hugetlb, which the kernel leaves out of it */
    smaps_hugetlb,   /* pages of hugetlbfs */
    smaps_huge,      /* transparent huge pages of anonymous and of shared memory */
    smaps_lazy_free, /* MADV_FREE */
    smaps_pss,
    smaps_anonymous,
    smaps_swap,
    smaps_perms, /* numbers of names in the same piece; 0: the empty one */
    smaps_path,
    smaps_flags,
    smaps_field_count
};

/* Of a longer line so much is looked at. As maxLineLength of src/parse/lines.ts. */
#define smaps_longest_line ((size_t)32 * 1024)
/* A piece has no more mappings. */
#define smaps_piece_mappings ((size_t)2048)
/* The empty one, and three of each mapping. */
#define smaps_piece_names (3 * smaps_piece_mappings + 1)

struct smaps_reader;

/* What one call has read: rows in the room that it was given, and the names that they have, each once. */
struct smaps_piece {
    size_t mappings;
    size_t names;
    const char *text;     /* of all names, one behind the other, as the kernel wrote them */
    const uint32_t *ends; /* of each name in text: it begins where the one before it ends */
    size_t text_bytes;
};

/* NULL and errno. The path is of a file of the form of smaps. */
struct smaps_reader *smaps_reader_open(const char *path, uint64_t max_bytes);
void smaps_reader_close(struct smaps_reader *reader);

/*
 * The next mappings into `rows`, which has room for smaps_piece_mappings of smaps_field_count each; none at the end.
 * Lines of another form are left out. What the piece points to is there until the next call. False and errno: what
 * read(2) says, EFBIG for a text of more than max_bytes, ENOMEM.
 */
bool smaps_reader_next(struct smaps_reader *reader, double *rows, struct smaps_piece *piece);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_HEAP_TRUTH_H
#define RANDOM_HEAP_TRUTH_H

/*
 * What random_heap.c knows of its own heap. Nothing here allocates: stdout has a buffer of the program's, and all
 * tables are static.
 */

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/resource.h>

enum {
    chunk_align = 16,
    largest_chunk = 16 << 20,
    flag_mmapped = 2,
    flag_other_arena = 4,
    probe_bytes = 1500, /* no tcache or fastbin has them, and they come from the top of a new heap */
    most_candidates = 64,
};

static const uintptr_t *candidates[most_candidates];
static unsigned candidate_count;

/* Where a chunk of a heap ends: the last word of its block is the next chunk's first. */
static uintptr_t end_of(const void *block) {
    return (uintptr_t)block + malloc_usable_size((void *)block) - sizeof(size_t);
}

static int find_word(struct dl_phdr_info *object, size_t size, void *argument) {
    uintptr_t wanted = *(uintptr_t *)argument;
    (void)size;
    for (unsigned index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) == 0) {
            continue;
        }
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + 7) & ~(uintptr_t)7;
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        for (const uintptr_t *word = (const uintptr_t *)start; (uintptr_t)(word + 1) <= end; word++) {
            if (*word == wanted && candidate_count < most_candidates) {
                candidates[candidate_count++] = word;
            }
        }
    }
    return 0;
}

/*
 * The address of main_arena.top: the word of a library's data that says where a new block ends, and says it again of
 * the next one.
 */
static const uintptr_t *find_main_top(void *blocks[2]) {
    const uintptr_t *found = NULL;
    EXPECT((blocks[0] = malloc(probe_bytes)) != NULL);
    uintptr_t first_end = end_of(blocks[0]);
    dl_iterate_phdr(find_word, &first_end);
    EXPECT((blocks[1] = malloc(probe_bytes)) != NULL);
    for (unsigned index = 0; index < candidate_count; index++) {
        if (*candidates[index] == end_of(blocks[1])) {
            EXPECT(found == NULL);
            found = candidates[index];
        }
    }
    EXPECT(found != NULL);
    return found;
}

static unsigned chunks_of[largest_chunk / chunk_align]; /* by size / chunk_align */
static size_t mapped_chunks, mapped_bytes;

static void count_block(const void *block) {
    const size_t *words = (const size_t *)block - 2; /* what is unused before it, its size with flags */
    if ((words[1] & flag_mmapped) != 0) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        mapped_chunks++;
        /* From 2.43 on 16 bytes of a mapping are in neither. */
        mapped_bytes += (words[0] / 2 * 2 + words[1] / 8 * 8 + page - 1) / page * page;
        return;
    }
    size_t chunk = malloc_usable_size((void *)block) + sizeof(size_t);
    EXPECT(chunk < largest_chunk);
    chunks_of[chunk / chunk_align]++;
}

static void print_blocks(void *const *blocks, size_t count) {
    printf("blocks %#zx %zu\n", (size_t)blocks, count);
    for (size_t index = 0; index < count; index++) {
        count_block(blocks[index]);
    }
}

/* Lines "live BYTES COUNT" by chunk size, "mapped CHUNKS BYTES", then glibc's own account. */
static void print_counts(void) {
    for (size_t index = 0; index < largest_chunk / chunk_align; index++) {
        if (chunks_of[index] != 0) {
            printf("live %zu %u\n", index * chunk_align, chunks_of[index]);
        }
    }
    printf("mapped %zu %zu\n", mapped_chunks, mapped_bytes);
    EXPECT(malloc_info(0, stdout) == 0);
}

static ssize_t read_file(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0) {
        close(file);
    }
    text[length > 0 ? length : 0] = '\0';
    return length;
}

struct resident {
    size_t bytes;
    size_t anonymous_bytes; /* no pages of files: malloc_trim's own code has to come into memory */
};

static size_t bytes_of(const char *text, const char *name) {
    const char *line = strstr(text, name);
    EXPECT(line != NULL);
    return strtoull(line + strlen(name), NULL, 10) * 1024;
}

/* By the page tables where the kernel counts so (4.14): statm may lag behind by some pages of each processor. */
static struct resident read_resident(void) {
    char text[4096];
    if (read_file("/proc/self/smaps_rollup", text, sizeof text) > 0) {
        return (struct resident){bytes_of(text, "\nRss:"), bytes_of(text, "\nAnonymous:")};
    }
    EXPECT(read_file("/proc/self/statm", text, sizeof text) > 0);
    char *end;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    (void)strtoull(text, &end, 10);
    size_t resident = strtoull(end, &end, 10) * page;
    return (struct resident){resident, resident - strtoull(end, NULL, 10) * page};
}

static long minor_faults(void) {
    struct rusage usage;
    EXPECT(getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_minflt;
}

/* "trimmed", what was resident before and is now, what of it is anonymous, and the minor faults of all threads
 * meanwhile. */
static void trim(void) {
    long faults = minor_faults();
    struct resident before = read_resident();
    malloc_trim(0);
    struct resident after = read_resident();
    faults = minor_faults() - faults;
    printf("trimmed %zu %zu %zu %zu %ld\n", before.bytes, after.bytes, before.anonymous_bytes, after.anonymous_bytes,
           faults);
    EXPECT(fflush(stdout) == 0);
}

#endif

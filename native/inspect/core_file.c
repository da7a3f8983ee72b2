/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "core_file.h"

#include "list_room.h"
#include "page_size.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { first_capacity = 1024, headers_a_read = 256, most_holes = 1 << 16 };
/* Of user space, with five levels of page tables. */
static const uint64_t address_limit = UINT64_C(1) << 56;

#if defined(__x86_64__)
static const uint16_t own_machine = EM_X86_64;
#elif defined(__aarch64__)
static const uint16_t own_machine = EM_AARCH64;
#else
static const uint16_t own_machine = EM_NONE;
#endif

bool core_file_read_at(const struct core_file *core, uint64_t offset, void *to, size_t bytes) {
    if (offset > core->bytes || bytes > core->bytes - offset) {
        return false;
    }
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(core->descriptor, (char *)to + done, bytes - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

static struct inspect_verdict check_header(const Elf64_Ehdr *header) {
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
        return inspect_refusal(inspect_no_core, "the header of an ELF file");
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64) {
        return inspect_refusal(inspect_other_machine, "a word size of 32 bits");
    }
    if (header->e_ident[EI_DATA] != ELFDATA2LSB) {
        return inspect_refusal(inspect_other_machine, "another order of bytes");
    }
    if (header->e_type != ET_CORE) {
        return inspect_refusal(inspect_no_core, "the type of a core file");
    }
    if (header->e_machine != own_machine) {
        return inspect_refusal(inspect_other_machine, "another architecture");
    }
    return header->e_phentsize == sizeof(Elf64_Phdr) ? inspect_good()
                                                     : inspect_refusal(inspect_no_core, "a list of its memory");
}

/* elf(5): where there are 65,535 or more, the first section header tells how many. */
static bool count_headers(const struct core_file *core, const Elf64_Ehdr *header, uint64_t *count) {
    Elf64_Shdr section;
    *count = header->e_phnum;
    if (header->e_phnum != PN_XNUM) {
        return true;
    }
    bool is_read = core_file_read_at(core, header->e_shoff, &section, sizeof section);
    *count = is_read ? section.sh_info : 0;
    return is_read;
}

static struct inspect_verdict keep_segment(struct core_file *core, size_t *capacity, const Elf64_Phdr *header) {
    uint64_t mask = page_bytes() - 1;
    bool is_sane = header->p_memsz > 0 && (header->p_vaddr & mask) == 0 && header->p_vaddr < address_limit &&
                   header->p_memsz <= address_limit - header->p_vaddr;
    if (!is_sane) {
        return inspect_good();
    }
    if (core->segment_count == core_segment_limit) {
        return inspect_refusal(inspect_too_large, "mappings");
    }
    struct core_segment *list =
        list_with_room(core->segments, core->segment_count, capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    uint64_t promised = header->p_filesz < header->p_memsz ? header->p_filesz : header->p_memsz;
    uint64_t there = header->p_offset < core->bytes ? core->bytes - header->p_offset : 0;
    core->segments = list;
    list[core->segment_count++] = (struct core_segment){.start = header->p_vaddr,
                                                        .end = (header->p_vaddr + header->p_memsz + mask) & ~mask,
                                                        .offset = header->p_offset,
                                                        .dumped = promised < there ? promised : there,
                                                        .flags = header->p_flags};
    core->missing_bytes += promised > there ? promised - there : 0;
    return inspect_good();
}

static struct inspect_verdict take_header(struct core_file *core, size_t *capacity, const Elf64_Phdr *header,
                                          const struct deadline *deadline) {
    if (header->p_type == PT_NOTE) {
        return core_notes_read(core, header->p_offset, header->p_filesz, deadline);
    }
    return header->p_type == PT_LOAD ? keep_segment(core, capacity, header) : inspect_good();
}

/* As many as the file has. */
static struct inspect_verdict read_headers(struct core_file *core, const Elf64_Ehdr *header,
                                           const struct deadline *deadline) {
    Elf64_Phdr headers[headers_a_read];
    size_t capacity = 0;
    uint64_t count;
    struct inspect_verdict verdict = inspect_good();
    core->is_cut = !count_headers(core, header, &count);
    uint64_t room = header->e_phoff < core->bytes ? (core->bytes - header->e_phoff) / sizeof *headers : 0;
    core->is_cut |= count > room;
    count = count < room ? count : room;
    for (uint64_t at = 0; at < count && verdict.status == inspect_ok;) {
        size_t batch = count - at < headers_a_read ? (size_t)(count - at) : (size_t)headers_a_read;
        verdict = deadline_verdict(deadline, "reading the list of mappings");
        if (!core_file_read_at(core, header->e_phoff + at * sizeof *headers, headers, batch * sizeof *headers)) {
            core->is_cut = true;
            break;
        }
        for (size_t index = 0; index < batch && verdict.status == inspect_ok; index++) {
            verdict = take_header(core, &capacity, &headers[index], deadline);
        }
        at += batch;
    }
    return verdict;
}

static int by_address(const void *one, const void *other) {
    uint64_t first = ((const struct core_segment *)one)->start;
    uint64_t second = ((const struct core_segment *)other)->start;
    return (first > second) - (first < second);
}

/* No writer of cores makes segments that overlap: of two that do, the first stays. */
static void sort_segments(struct core_file *core) {
    size_t kept = 0;
    if (core->segment_count > 0) {
        qsort(core->segments, core->segment_count, sizeof *core->segments, by_address);
    }
    for (size_t index = 0; index < core->segment_count; index++) {
        if (kept == 0 || core->segments[index].start >= core->segments[kept - 1].end) {
            core->segments[kept++] = core->segments[index];
        }
    }
    core->segment_count = kept;
}

/*
 * Whether a hole of [start, end) begins at an odd page: such are those of single pages. Programs that unpack leave
 * holes for zeros, in blocks of 8 KiB and more (zstd, lz4, xz).
 */
static bool has_hole_of_page(const struct core_file *core, uint64_t start, uint64_t end) {
    off_t at = (off_t)start;
    for (unsigned holes = 0; holes < most_holes && at >= 0 && (uint64_t)at < end; holes++) {
        off_t hole = lseek(core->descriptor, at, SEEK_HOLE);
        if (hole < 0 || (uint64_t)hole >= end) {
            return false;
        }
        if ((uint64_t)hole / page_bytes() % 2 == 1) {
            return true;
        }
        at = lseek(core->descriptor, hole, SEEK_DATA);
    }
    return false;
}

/*
 * The kernel seeks over pages that are not in memory (dump_skip of fs/coredump.c). That leaves holes of pages only
 * where the file system has blocks no larger than one, and the file was neither compressed nor written through a pipe.
 */
static bool has_page_holes(const struct core_file *core, const struct stat *status) {
    uint64_t start = UINT64_MAX;
    uint64_t end = 0;
    for (size_t index = 0; index < core->segment_count; index++) {
        const struct core_segment *segment = &core->segments[index];
        bool is_aligned = segment->offset % page_bytes() == 0;
        if (segment->dumped > 0 && !is_aligned) {
            return false;
        }
        start = segment->dumped > 0 && segment->offset < start ? segment->offset : start;
        end = segment->dumped > 0 && segment->offset + segment->dumped > end ? segment->offset + segment->dumped : end;
    }
    if (!core->is_by_kernel || (uint64_t)status->st_blksize > page_bytes() || start >= end) {
        return false;
    }
    return has_hole_of_page(core, start, end);
}

static struct inspect_verdict read_core(struct core_file *core, const struct deadline *deadline) {
    struct stat status;
    Elf64_Ehdr header;
    if (fstat(core->descriptor, &status) != 0) {
        return inspect_failure("fstat", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return inspect_refusal(inspect_no_core, "a regular file");
    }
    core->bytes = (uint64_t)status.st_size;
    if (!core_file_read_at(core, 0, &header, sizeof header)) {
        return inspect_refusal(inspect_no_core, "the header of an ELF file");
    }
    struct inspect_verdict verdict = check_header(&header);
    if (verdict.status == inspect_ok) {
        core->is_by_kernel = header.e_shnum <= 1;
        verdict = read_headers(core, &header, deadline);
    }
    sort_segments(core);
    core_notes_sort(core);
    core->is_cut |= core->missing_bytes > 0;
    if (verdict.status == inspect_ok && core->segment_count == 0) {
        return inspect_refusal(inspect_no_core, "any memory");
    }
    core->has_page_holes = has_page_holes(core, &status);
    return verdict;
}

struct inspect_verdict core_file_open(const char *path, const struct deadline *deadline, struct core_file *core) {
    memset(core, 0, sizeof *core);
    core->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (core->descriptor < 0) {
        return inspect_failure("open", errno);
    }
    struct inspect_verdict verdict = read_core(core, deadline);
    if (verdict.status != inspect_ok) {
        core_file_close(core);
    }
    return verdict;
}

void core_file_close(struct core_file *core) {
    (void)close(core->descriptor);
    free(core->segments);
    free(core->names);
    free(core->text);
    free(core->threads);
    memset(core, 0, sizeof *core);
    core->descriptor = -1;
}

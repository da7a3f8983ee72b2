/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "core_file.h"
#include "core_look.h"
#include "core_maps.h"
#include "page_map.h"
#include "remote.h"
#include "target.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A core of three segments: two neighbours, of which the second is in the file by half, and a page of zeros; the list
 * of files names the last, and one that has no segment.
 */
enum {
    page = 4096,
    first_at = 0x10000,
    second_at = first_at + 2 * page,
    third_at = 0x40000,
    lone_at = 0x80000,
    header_count = 4,
    notes_at = 1024,
    notes_room = 2048,
    memory_at = page,
    core_bytes = memory_at + 4 * page,
    own_pid = 4711,
};

#if defined(__aarch64__)
enum { own_machine = EM_AARCH64, other_machine = EM_X86_64, stack_word = 31 };
#else
enum { own_machine = EM_X86_64, other_machine = EM_AARCH64, stack_word = 19 };
#endif

static _Alignas(8) unsigned char core[core_bytes];
static Elf64_Ehdr *header = (Elf64_Ehdr *)core;
static Elf64_Phdr *programs = (Elf64_Phdr *)(core + sizeof(Elf64_Ehdr));
static size_t note_at;

static void *add_note(uint32_t type, size_t bytes) {
    Elf64_Nhdr *note = (Elf64_Nhdr *)(core + notes_at + note_at);
    *note = (Elf64_Nhdr){5, (uint32_t)bytes, type};
    memcpy(note + 1, "CORE", 5);
    note_at += sizeof *note + 8 + ((bytes + 3) & ~(size_t)3);
    CHECK(note_at <= notes_room);
    return (unsigned char *)(note + 1) + 8;
}

static void add_thread(uint32_t tid, uint64_t stack_pointer) {
    unsigned char *status = add_note(NT_PRSTATUS, 112 + 35 * 8);
    uint16_t signal = 6;
    memcpy(status + 12, &signal, sizeof signal);
    memcpy(status + 32, &tid, sizeof tid);
    memcpy(status + 112 + stack_word * 8, &stack_pointer, sizeof stack_pointer);
}

static void make_core(void) {
    memset(core, 0, sizeof core);
    note_at = 0;
    memcpy(header->e_ident, ELFMAG, SELFMAG);
    header->e_ident[EI_CLASS] = ELFCLASS64;
    header->e_ident[EI_DATA] = ELFDATA2LSB;
    header->e_type = ET_CORE;
    header->e_machine = own_machine;
    header->e_phoff = sizeof *header;
    header->e_phentsize = sizeof *programs;
    header->e_phnum = header_count;
    unsigned char *info = add_note(NT_PRPSINFO, 136);
    uint32_t pid = own_pid;
    memcpy(info + 24, &pid, sizeof pid);
    memcpy(info + 40, "main", 5);
    memcpy(info + 56, "java -jar app.jar ", 18);
    add_thread(own_pid, first_at + 5);
    add_thread(own_pid + 1, first_at + page + 7);
    Elf64_auxv_t pairs[] = {
        {AT_PAGESZ, {page}}, {AT_PHDR, {third_at + 64}}, {AT_RANDOM, {first_at + 9}}, {AT_NULL, {0}}};
    memcpy(add_note(NT_AUXV, sizeof pairs), pairs, sizeof pairs);
    uint64_t files[] = {2, page, third_at, third_at + page, 3, lone_at, lone_at + page, 0};
    unsigned char *names = add_note(NT_FILE, sizeof files + 26);
    memcpy(names, files, sizeof files);
    memcpy(names + sizeof files, "/usr/bin/java\0/lib/lone.so", 26);
    programs[0] = (Elf64_Phdr){.p_type = PT_NOTE, .p_offset = notes_at, .p_filesz = note_at};
    programs[1] = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, memory_at, first_at, 0, 2 * page, 2 * page, page};
    programs[2] = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, memory_at + 2 * page, second_at, 0, page, 2 * page, page};
    programs[3] = (Elf64_Phdr){PT_LOAD, PF_R | PF_X, memory_at + 3 * page, third_at, 0, page, page, page};
    memset(core + memory_at, 'a', 2 * page);
    memset(core + memory_at + 2 * page, 'b', page);
}

/* A file of its first bytes. */
static struct inspect_verdict open_core(size_t bytes, struct core_file *opened) {
    char path[64];
    int descriptor = memfd_create("core", MFD_CLOEXEC);
    CHECK(descriptor >= 0 && write(descriptor, core, bytes) == (ssize_t)bytes);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    struct inspect_verdict verdict = core_file_open(path, NULL, opened);
    close(descriptor);
    return verdict;
}

static enum inspect_status status_of(size_t bytes) {
    struct core_file opened;
    struct inspect_verdict verdict = open_core(bytes, &opened);
    if (verdict.status == inspect_ok) {
        core_file_close(&opened);
    }
    return verdict.status;
}

static void test_what_it_tells(void) {
    struct core_file opened;
    make_core();
    CHECK(open_core(sizeof core, &opened).status == inspect_ok);
    CHECK(strcmp(opened.name, "main") == 0);
    CHECK(opened.pid == own_pid && opened.signal == 6 && strcmp(opened.command, "java -jar app.jar ") == 0);
    CHECK(opened.is_by_kernel && !opened.is_cut && opened.missing_bytes == 0 && opened.segment_count == 3);
    CHECK(opened.thread_count == 2 && opened.threads[1].tid == own_pid + 1);
    CHECK(opened.threads[0].stack_pointer == first_at + 5);
    CHECK(opened.name_count == 2 && opened.names[0].offset == 3 * page);
    CHECK(opened.stack_at == first_at + 9 && strcmp(core_program(&opened), "/usr/bin/java") == 0);
    core_file_close(&opened);
}

static void test_reads(void) {
    struct core_file opened;
    char bytes[16];
    make_core();
    CHECK(open_core(sizeof core, &opened).status == inspect_ok);
    const struct remote remote = {.core = &opened};
    CHECK(remote_read(&remote, second_at - 8, bytes, 16) && memcmp(bytes, "aaaaaaaabbbbbbbb", 16) == 0);
    CHECK(!remote_read(&remote, second_at + page - 8, bytes, 16)); /* the rest is not in the file */
    CHECK(!remote_read(&remote, first_at - 1, bytes, 2) && !remote_read(&remote, UINT64_MAX - 1, bytes, 16));
    struct remote_piece pieces[] = {{lone_at, 1, bytes, true}, {third_at, 1, bytes, false}};
    CHECK(remote_read_pieces(&remote, pieces, 2).status == inspect_ok && !pieces[0].is_read && pieces[1].is_read);
    core_file_close(&opened);
}

/* Of a file without holes a page counts that is not all zeros. */
static void test_pages(void) {
    struct core_file opened;
    struct page_map map;
    struct page_bits bits = {0};
    uint64_t found;
    make_core();
    core[memory_at + 3 * page + 17] = 1;
    memset(core + memory_at, 0, page);
    CHECK(open_core(sizeof core, &opened).status == inspect_ok && !opened.has_page_holes);
    page_map_of_core(&opened, &map);
    CHECK(page_map_load(&map, first_at, third_at + page, &bits).status == inspect_ok);
    CHECK(!page_bits_has(&bits, first_at) && page_bits_has(&bits, first_at + page));
    CHECK(page_bits_has(&bits, second_at) && !page_bits_has(&bits, second_at + page));
    CHECK(page_bits_has(&bits, third_at) && page_bits_present(&bits, 0, UINT64_MAX / 2) == 3 * page);
    CHECK(page_map_count(&map, first_at, second_at, &found).status == inspect_ok && found == page);
    CHECK(page_map_next(&map, first_at, third_at, &found).status == inspect_ok && found == first_at + page);
    page_bits_free(&bits);
    page_map_close(&map);
    core_file_close(&opened);
}

/* The kernel leaves a hole for a page that was not in memory: then one of zeros was. */
static void test_holes(void) {
    struct core_file opened;
    char path[] = "/tmp/offheap-core-XXXXXX";
    make_core();
    memset(core + memory_at, 0, 2 * page);
    int descriptor = mkstemp(path);
    CHECK(descriptor >= 0 && ftruncate(descriptor, sizeof core) == 0);
    CHECK(pwrite(descriptor, core, page, 0) == page);
    CHECK(pwrite(descriptor, core + memory_at + page, 3 * page, memory_at + page) == 3 * page);
    CHECK(core_file_open(path, NULL, &opened).status == inspect_ok);
    struct page_map map;
    uint64_t found;
    page_map_of_core(&opened, &map);
    CHECK(page_map_count(&map, first_at, second_at, &found).status == inspect_ok);
    CHECK(found == (opened.has_page_holes ? page : 0)); /* a file system may have larger blocks, or no holes */
    core_file_close(&opened);
    CHECK(unlink(path) == 0 && close(descriptor) == 0);
}

static void test_mappings(void) {
    struct core_file opened;
    const struct remote whose = {.core = &opened};
    struct target target;
    make_core();
    CHECK(open_core(sizeof core, &opened).status == inspect_ok);
    CHECK(target_open_of(&whose, NULL, &target).status == inspect_ok && target.maps.count == 4);
    const struct mapping *list = target.maps.list;
    CHECK(list[0].start == first_at && list[0].writable && list[0].kind == mapping_anonymous);
    CHECK(list[1].start == second_at && list[1].end == second_at + 2 * page);
    CHECK(list[2].start == third_at && !list[2].writable && list[2].kind == mapping_program);
    CHECK(list[3].start == lone_at && !list[3].writable && list[3].kind == mapping_other);
    CHECK(target_check(&target).status == inspect_ok && !target_has_lost_thread(&target));
    target_close(&target);
    core_file_close(&opened);
}

/* A mapped file that reaches over a segment's end is cut there. */
static void test_names_across_segments(void) {
    struct core_file opened;
    struct core_mapping mapping;
    make_core();
    CHECK(open_core(sizeof core, &opened).status == inspect_ok);
    opened.names[0] = (struct core_name){first_at + page, second_at + page, 0, "/x"};
    struct core_map_reader reader = {.core = &opened};
    const uint64_t ends[] = {first_at + page,      second_at,       second_at + page,
                             second_at + 2 * page, third_at + page, lone_at + page};
    for (size_t index = 0; index < sizeof ends / sizeof *ends; index++) {
        CHECK(core_map_next(&reader, &mapping) && mapping.end == ends[index]);
        CHECK((mapping.name != NULL) == (index == 1 || index == 2 || index == 5));
        CHECK(index != 2 || (mapping.name_offset == page && mapping.dumped == page));
        CHECK(index != 3 || mapping.dumped == 0);
    }
    CHECK(!core_map_next(&reader, &mapping));
    core_file_close(&opened);
}

static void test_what_it_is_not(void) {
    make_core();
    CHECK(status_of(0) == inspect_no_core && status_of(63) == inspect_no_core);
    CHECK(status_of(64) == inspect_no_core); /* no memory */
    header->e_type = ET_EXEC;
    CHECK(status_of(sizeof core) == inspect_no_core);
    make_core();
    header->e_machine = other_machine;
    CHECK(status_of(sizeof core) == inspect_other_machine);
    make_core();
    header->e_ident[EI_CLASS] = ELFCLASS32;
    CHECK(status_of(sizeof core) == inspect_other_machine);
    make_core();
    header->e_ident[EI_DATA] = ELFDATA2MSB;
    CHECK(status_of(sizeof core) == inspect_other_machine);
    make_core();
    header->e_phentsize = 32;
    CHECK(status_of(sizeof core) == inspect_no_core);
    struct core_file opened;
    CHECK(core_file_open("/", NULL, &opened).status == inspect_no_core);
    CHECK(core_file_open("/nothing/of/that/name", NULL, &opened).status == inspect_no_process);
}

static void test_other_page_size(void) {
    make_core();
    for (size_t at = notes_at; at < notes_at + notes_room; at += 4) {
        uint64_t pair[2];
        memcpy(pair, core + at, sizeof pair);
        if (pair[0] == AT_PAGESZ && pair[1] == page) {
            pair[1] = 4 * page;
            memcpy(core + at, pair, sizeof pair);
        }
    }
    CHECK(status_of(sizeof core) == inspect_other_machine);
}

/* Wherever it ends, what is told of it is in it. */
static void test_cut_anywhere(void) {
    make_core();
    for (size_t bytes = 0; bytes < sizeof core; bytes += bytes < memory_at ? 3 : 509) {
        struct core_file opened;
        if (open_core(bytes, &opened).status != inspect_ok) {
            continue;
        }
        uint64_t there = 0;
        CHECK(opened.is_cut);
        for (size_t index = 0; index < opened.segment_count; index++) {
            const struct core_segment *segment = &opened.segments[index];
            CHECK(segment->dumped == 0 || segment->offset + segment->dumped <= bytes);
            there += segment->dumped;
        }
        CHECK(opened.segment_count < 3 || there + opened.missing_bytes == 4 * page);
        core_file_close(&opened);
    }
}

static void test_overflows(void) {
    struct core_file opened;
    make_core();
    programs[1].p_offset = UINT64_MAX - page;
    programs[2].p_filesz = UINT64_MAX;
    programs[3].p_memsz = UINT64_MAX - third_at + 1;
    CHECK(open_core(sizeof core, &opened).status == inspect_ok && opened.segment_count == 2 && opened.is_cut);
    CHECK(opened.segments[0].dumped == 0 && opened.segments[1].dumped == 2 * page);
    core_file_close(&opened);
    make_core();
    programs[2].p_vaddr = first_at + page; /* overlaps */
    programs[3].p_vaddr = UINT64_MAX - page + 1;
    CHECK(open_core(sizeof core, &opened).status == inspect_ok && opened.segment_count == 1);
    core_file_close(&opened);
    make_core();
    programs[0].p_filesz = UINT64_MAX;
    CHECK(open_core(sizeof core, &opened).status == inspect_ok && opened.is_cut && opened.thread_count == 2);
    core_file_close(&opened);
    make_core();
    header->e_phnum = PN_XNUM; /* and no section that tells how many */
    header->e_shoff = UINT64_MAX;
    CHECK(status_of(sizeof core) == inspect_no_core);
    header->e_phoff = UINT64_MAX;
    CHECK(status_of(sizeof core) == inspect_no_core);
}

static void test_many_headers(void) {
    struct core_file opened;
    make_core();
    header->e_phnum = PN_XNUM;
    header->e_shoff = 512;
    ((Elf64_Shdr *)(core + 512))->sh_info = header_count;
    CHECK(open_core(sizeof core, &opened).status == inspect_ok && opened.segment_count == 3);
    core_file_close(&opened);
}

/* Sizes of notes, and the count and the unit of the list of files, are what somebody wrote. */
static void test_lying_notes(void) {
    struct core_file opened;
    for (size_t at = notes_at; at < notes_at + notes_room; at += 4) {
        make_core();
        memset(core + at, 0xff, 4);
        if (open_core(sizeof core, &opened).status == inspect_ok) {
            CHECK(opened.thread_count <= 3 && opened.name_count <= 2);
            core_file_close(&opened);
        }
        make_core();
        memset(core + at, 0xff, 8);
        if (open_core(sizeof core, &opened).status == inspect_ok) {
            core_file_close(&opened);
        }
    }
}

static void test_missing(void) {
    struct core_file opened;
    make_core();
    CHECK(open_core(sizeof core, &opened).status == inspect_ok);
    /* Half of the second segment, all between the segments, and behind the last one. */
    CHECK(core_file_missing(&opened, first_at, second_at) == 0);
    CHECK(core_file_missing(&opened, first_at + 7, second_at + page + 13) == 13);
    CHECK(core_file_missing(&opened, first_at, second_at + 2 * page) == page);
    CHECK(core_file_missing(&opened, third_at - page, third_at + 3 * page) == 3 * page);
    CHECK(core_file_missing(&opened, lone_at, lone_at + page) == page);
    CHECK(core_file_missing(&opened, 0, UINT64_MAX) == UINT64_MAX - 4 * page);
    CHECK(core_file_missing(&opened, second_at, first_at) == 0);
    core_file_close(&opened);
}

static void test_look(void) {
    char path[64];
    struct core_look look;
    make_core();
    int descriptor = memfd_create("core", MFD_CLOEXEC);
    CHECK(descriptor >= 0 && write(descriptor, core, sizeof core) == (ssize_t)sizeof core);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    CHECK(core_look_read(path, 10000, NULL, &look).status == inspect_ok && look.is_counted);
    CHECK(look.mapping_count == 4 && look.path_count == 2 && strcmp(look.program, "/usr/bin/java") == 0);
    CHECK(look.mappings[0].filled == 2 * page && look.mappings[1].filled == page && look.mappings[2].filled == 0);
    CHECK(look.mappings[2].path == 0 && look.mappings[2].path_offset == 3 * page && look.mappings[2].flags == 5);
    CHECK(look.mappings[3].flags == core_flags_unknown && look.mappings[3].dumped == 0);
    core_look_free(&look);
    CHECK(core_look_read(path, 0, NULL, &look).status == inspect_deadline);
    int32_t cancelled = 1;
    CHECK(core_look_read(path, 10000, &cancelled, &look).status == inspect_cancelled);
    close(descriptor);
}

int main(void) {
    if (page_bytes() != page) {
        return 0; /* the core that is made here has pages of 4 KiB */
    }
    test_what_it_tells();
    test_reads();
    test_pages();
    test_holes();
    test_mappings();
    test_names_across_segments();
    test_what_it_is_not();
    test_other_page_size();
    test_cut_anywhere();
    test_overflows();
    test_many_headers();
    test_lying_notes();
    test_missing();
    test_look();
    return 0;
}

/* SPDX-License-Identifier: MIT */

/*
 * What runs first in the single executable, ahead of the dynamic loader: the file names no interpreter (PT_INTERP), so
 * that the kernel enters it here. It puts the shared objects that the file carries into memory files, which need
 * neither a writable folder nor one that may be executed from, maps the loader that the file carries as well, and goes
 * on there as the kernel would have (linux: fs/binfmt_elf.c, load_elf_interp). So the file needs no libc of the
 * machine.
 *
 * No libc here, no writable data, no relocation: it is compiled to bytes alone, which scripts/standalone/elf.mjs puts
 * behind the program, with the plan in front.
 */

#include "syscalls.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

enum { most_segments = 16, most_carried = 4 };

/* A shared object in the file. As scripts/standalone/elf.mjs writes it: eight bytes a number, little-endian. */
struct carried {
    uint64_t offset;
    uint64_t bytes;
    uint64_t name_at; /* where the program names it: its path is written there, as linked; 0: nowhere */
    char name[24];    /* of the memory file */
};

struct plan {
    uint64_t own_at; /* of this plan, as linked */
    uint64_t entry;  /* of the program, as linked */
    uint64_t loader; /* where in the file the loader is, on a page */
    uint64_t carried_count;
    struct carried carried[most_carried];
};

/* In front of the code: the linker's script has it first. */
__attribute__((section(".plan"), used)) static const volatile struct plan plan = {0};

static void die(const char *sentence, size_t bytes) {
    (void)call3(SYS_write, 2, (long)sentence, (long)bytes);
    (void)call1(SYS_exit_group, 1);
    __builtin_unreachable();
}

#define DIE(sentence) die("offheap: " sentence "\n", sizeof("offheap: " sentence "\n") - 1)

/* "/proc/self/fd/N" and a zero, at most 20 bytes for the numbers that a kernel gives out. */
static void write_path(char *to, unsigned descriptor) {
    static const char folder[] = "/proc/self/fd/";
    for (size_t index = 0; index < sizeof folder - 1; index++) {
        *to++ = folder[index];
    }
    unsigned divisor = 1;
    while (descriptor / divisor >= 10) {
        divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
        *to++ = (char)('0' + descriptor / divisor % 10);
    }
    *to = '\0';
}

static void copy(long from, const volatile struct carried *carried, uint64_t bias) {
    long to = call2(SYS_memfd_create, (long)carried->name, MFD_CLOEXEC);
    if (to < 0) {
        DIE("Expected a memory file from the kernel (memfd_create, Linux 3.17), got none. Unpack the package of npm "
            "instead.");
    }
    long offset = (long)carried->offset;
    for (uint64_t left = carried->bytes; left > 0;) {
        long sent = call4(SYS_sendfile, to, from, (long)&offset, (long)left);
        if (sent <= 0) {
            DIE("Expected this file to be whole, found an end before its end. Copy it again.");
        }
        left -= (uint64_t)sent;
    }
    if (carried->name_at != 0) {
        write_path((char *)(carried->name_at + bias), (unsigned)to);
    }
}

static uint64_t page_down(uint64_t address, uint64_t page) {
    return address & ~(page - 1);
}

static uint64_t page_up(uint64_t address, uint64_t page) {
    return page_down(address + page - 1, page);
}

static int protection(const Elf64_Phdr *segment) {
    return ((segment->p_flags & PF_R) != 0 ? PROT_READ : 0) | ((segment->p_flags & PF_W) != 0 ? PROT_WRITE : 0) |
           ((segment->p_flags & PF_X) != 0 ? PROT_EXEC : 0);
}

static void map(uint64_t address, uint64_t bytes, int prot, int flags, long file, uint64_t offset) {
    long mapped =
        call6(SYS_mmap, (long)address, (long)bytes, prot, flags | MAP_PRIVATE | MAP_FIXED, file, (long)offset);
    if (mapped != (long)address) {
        DIE("Expected room for the dynamic loader, got none: is the address space limited (ulimit -v)?");
    }
}

/* What is behind the file's part of a segment is zeros. */
static void map_segment(const Elf64_Phdr *segment, uint64_t base, long file, uint64_t file_offset, uint64_t page) {
    uint64_t start = page_down(base + segment->p_vaddr, page);
    uint64_t file_end = base + segment->p_vaddr + segment->p_filesz;
    uint64_t end = page_up(base + segment->p_vaddr + segment->p_memsz, page);
    int prot = protection(segment);
    map(start, file_end - start, prot, 0, file, file_offset + page_down(segment->p_offset, page));
    if (segment->p_memsz <= segment->p_filesz) {
        return;
    }
    uint64_t mapped_end = page_up(file_end, page);
    volatile char *zeros = (volatile char *)file_end; /* volatile: or it becomes a call of memset */
    while ((uint64_t)zeros < mapped_end) {
        *zeros++ = 0;
    }
    if (mapped_end < end) {
        map(mapped_end, end - mapped_end, prot, MAP_ANONYMOUS, -1, 0);
    }
}

/* Returns its entry; *base: where it lies. */
static uint64_t map_loader(long file, uint64_t offset, uint64_t page, uint64_t *base) {
    Elf64_Ehdr header;
    Elf64_Phdr segments[most_segments];
    long got = call4(SYS_pread64, file, (long)&header, sizeof header, (long)offset);
    if (got != sizeof header || header.e_phnum > most_segments) {
        DIE("Expected a dynamic loader in this file, found none. Copy it again.");
    }
    long bytes = (long)(header.e_phnum * sizeof *segments);
    if (call4(SYS_pread64, file, (long)segments, bytes, (long)(offset + header.e_phoff)) != bytes) {
        DIE("Expected a dynamic loader in this file, found half of one. Copy it again.");
    }
    uint64_t end = 0;
    for (unsigned index = 0; index < header.e_phnum; index++) {
        if (segments[index].p_type == PT_LOAD) {
            end = segments[index].p_vaddr + segments[index].p_memsz;
        }
    }
    long room = call6(SYS_mmap, 0, (long)page_up(end, page), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room < 0 && room > -4096) {
        DIE("Expected room for the dynamic loader, got none: is the address space limited (ulimit -v)?");
    }
    *base = (uint64_t)room;
    for (unsigned index = 0; index < header.e_phnum; index++) {
        if (segments[index].p_type == PT_LOAD) {
            map_segment(&segments[index], *base, file, offset, page);
        }
    }
    return *base + header.e_entry;
}

static Elf64_auxv_t *auxiliary_vector(uint64_t *stack) {
    uint64_t *word = stack + 1 + stack[0] + 1; /* argc, argv, a null */
    while (*word++ != 0) {
    }
    return (Elf64_auxv_t *)word;
}

static Elf64_auxv_t *find(Elf64_auxv_t *vector, uint64_t type) {
    for (; vector->a_type != AT_NULL; vector++) {
        if (vector->a_type == type) {
            return vector;
        }
    }
    return NULL;
}

/* `stack` as the kernel has left it. Returns where to go on; hidden, so that it is called without a table. */
__attribute__((visibility("hidden"), used)) uint64_t prepare(uint64_t *stack) {
    Elf64_auxv_t *vector = auxiliary_vector(stack);
    Elf64_auxv_t *base = find(vector, AT_BASE);
    Elf64_auxv_t *entry = find(vector, AT_ENTRY);
    Elf64_auxv_t *page = find(vector, AT_PAGESZ);
    Elf64_auxv_t *path = find(vector, AT_EXECFN);
    if (base == NULL || entry == NULL || page == NULL || path == NULL) {
        DIE("Expected the kernel to tell where the program is, found no AT_BASE, AT_ENTRY, AT_PAGESZ or AT_EXECFN.");
    }
    uint64_t bias = (uint64_t)&plan - plan.own_at;
    long file = call4(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) {
        file = call4(SYS_openat, AT_FDCWD, (long)path->a_un.a_val, O_RDONLY | O_CLOEXEC, 0);
    }
    if (file < 0) {
        DIE("Expected this file to be readable, found it is not. Mount /proc, or: chmod a+r the file.");
    }
    for (uint64_t index = 0; index < plan.carried_count; index++) {
        copy(file, &plan.carried[index], bias);
    }
    uint64_t loader_base = 0;
    uint64_t go_on = map_loader(file, plan.loader, page->a_un.a_val, &loader_base);
    (void)call1(SYS_close, file);
    base->a_un.a_val = loader_base;
    entry->a_un.a_val = plan.entry + bias;
    return go_on;
}

/* Entered with the stack of a new program, which the loader finds as it was. */
#if defined(__x86_64__)
__asm__(".section .text.start,\"ax\",@progbits\n"
        "mov %rsp, %rdi\n"
        "call prepare\n"
        "xor %edx, %edx\n" /* nothing to be called at the end: the loader registers its own */
        "jmp *%rax\n"
        ".text\n");
#elif defined(__aarch64__)
__asm__(".section .text.start,\"ax\",@progbits\n"
        "mov x0, sp\n"
        "bl prepare\n"
        "mov x16, x0\n"
        "mov x0, xzr\n"
        "br x16\n"
        ".text\n");
#else
#error "x86-64 and arm64 alone"
#endif

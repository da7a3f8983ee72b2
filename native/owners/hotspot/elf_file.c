/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "elf_file.h"

#include "../../inspect/user_address.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { headers_most = 64, sections_most = 4096, symbols_most = 1 << 20, names_most = 64 << 20 };
static const uint64_t page_mask = 4095; /* segments are aligned at least so */

static bool read_at(int descriptor, uint64_t offset, void *to, size_t bytes) {
    if (offset > INT64_MAX - bytes) {
        return false;
    }
    ssize_t got = pread(descriptor, to, bytes, (off_t)offset);
    return got >= 0 && (size_t)got == bytes;
}

static bool read_header(int descriptor, Elf64_Ehdr *header) {
    return read_at(descriptor, 0, header, sizeof *header) && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB;
}

/* A piece of the file, in memory of its own; NULL where it is not there or too long. */
static void *read_piece(int descriptor, uint64_t offset, uint64_t bytes, uint64_t most) {
    void *piece = bytes == 0 || bytes > most ? NULL : malloc((size_t)bytes);
    if (piece != NULL && !read_at(descriptor, offset, piece, (size_t)bytes)) {
        free(piece);
        piece = NULL;
    }
    return piece;
}

static void add_segment(struct elf_file *file, const Elf64_Phdr *header) {
    bool is_sound = header->p_vaddr < user_address_end && header->p_filesz < user_address_end &&
                    header->p_memsz < user_address_end && header->p_offset < user_address_end;
    uint64_t start = file->bias + header->p_vaddr;
    if (is_sound && (header->p_flags & PF_W) != 0) {
        uint64_t end = start + header->p_memsz;
        file->data_start = file->data_end == 0 || start < file->data_start ? start : file->data_start;
        file->data_end = end > file->data_end ? end : file->data_end;
    } else if (is_sound && file->segment_count < elf_segments_most) {
        file->segments[file->segment_count++] = (struct elf_segment){start, start + header->p_filesz, header->p_offset};
    }
}

bool elf_file_segments(struct elf_file *file, uint64_t start) {
    Elf64_Ehdr header;
    Elf64_Phdr headers[headers_most];
    bool has_first = false;
    if (!read_header(file->descriptor, &header) || header.e_phnum > headers_most ||
        header.e_phentsize != sizeof headers[0] ||
        !read_at(file->descriptor, header.e_phoff, headers, header.e_phnum * sizeof headers[0])) {
        return false;
    }
    for (size_t index = 0; index < header.e_phnum; index++) {
        if (headers[index].p_type != PT_LOAD) {
            continue;
        }
        if (!has_first) {
            file->bias = start - (headers[index].p_vaddr & ~page_mask);
            has_first = true;
        }
        add_segment(file, &headers[index]);
    }
    return has_first;
}

/* Of the symbols that are asked for, those in one table. */
static void match(const struct elf_file *file, const Elf64_Sym *symbols, size_t symbol_count, const char *text,
                  size_t text_bytes, const char *const *names, size_t count, uint64_t *addresses) {
    for (size_t at = 0; at < symbol_count; at++) {
        const Elf64_Sym *symbol = &symbols[at];
        if (symbol->st_name >= text_bytes || symbol->st_shndx == SHN_UNDEF) {
            continue;
        }
        const char *name = text + symbol->st_name;
        for (size_t index = 0; name[0] == names[0][0] && index < count; index++) {
            if (strcmp(name, names[index]) == 0) {
                addresses[index] = file->bias + symbol->st_value;
            }
        }
    }
}

static bool read_table(const struct elf_file *file, const Elf64_Shdr *table, const Elf64_Shdr *strings,
                       const char *const *names, size_t count, uint64_t *addresses) {
    size_t symbol_count = (size_t)(table->sh_size / sizeof(Elf64_Sym));
    Elf64_Sym *symbols =
        read_piece(file->descriptor, table->sh_offset, symbol_count * sizeof *symbols, symbols_most * sizeof *symbols);
    char *text = read_piece(file->descriptor, strings->sh_offset, strings->sh_size, names_most);
    bool is_read = symbols != NULL && text != NULL && text[strings->sh_size - 1] == '\0';
    if (is_read) {
        match(file, symbols, symbol_count, text, (size_t)strings->sh_size, names, count, addresses);
    }
    free(text);
    free(symbols);
    return is_read;
}

bool elf_file_symbols(const struct elf_file *file, const char *const *names, size_t count, uint64_t *addresses) {
    Elf64_Ehdr header;
    memset(addresses, 0, count * sizeof *addresses);
    if (!read_header(file->descriptor, &header) || header.e_shentsize != sizeof(Elf64_Shdr) ||
        header.e_shnum > sections_most) {
        return false;
    }
    Elf64_Shdr *sections = read_piece(file->descriptor, header.e_shoff, header.e_shnum * sizeof *sections,
                                      sections_most * sizeof *sections);
    bool is_read = false;
    for (size_t index = 0; sections != NULL && !is_read && index < header.e_shnum; index++) {
        const Elf64_Shdr *table = &sections[index];
        is_read = table->sh_type == SHT_DYNSYM && table->sh_link < header.e_shnum &&
                  read_table(file, table, &sections[table->sh_link], names, count, addresses);
    }
    free(sections);
    return is_read;
}

bool elf_file_read(const struct elf_file *file, uint64_t address, void *to, size_t bytes) {
    for (size_t index = 0; index < file->segment_count; index++) {
        const struct elf_segment *segment = &file->segments[index];
        if (address >= segment->start && address < segment->end && bytes <= segment->end - address) {
            ssize_t got =
                pread(file->descriptor, to, bytes, (off_t)(segment->file_offset + (address - segment->start)));
            return got >= 0 && (size_t)got == bytes;
        }
    }
    return false;
}

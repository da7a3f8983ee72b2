/* SPDX-License-Identifier: MIT */
#include "build_id.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

enum { headers_most = 64, notes_most = 64, note_align = 4 };
static const char own_name[] = "GNU";

static uint64_t aligned(uint32_t bytes) {
    return ((uint64_t)bytes + note_align - 1) & ~(uint64_t)(note_align - 1);
}

/* Of the notes in [at, end), which are in `head`. */
static size_t find_in_notes(const unsigned char *head, uint64_t at, uint64_t end, unsigned char *id) {
    Elf64_Nhdr note;
    for (unsigned notes = 0; notes < notes_most && at < end && end - at >= sizeof note; notes++) {
        memcpy(&note, head + at, sizeof note);
        uint64_t name = at + sizeof note;
        uint64_t content = name + aligned(note.n_namesz);
        if (content > end || note.n_descsz > end - content) {
            return 0;
        }
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof own_name &&
            memcmp(head + name, own_name, sizeof own_name) == 0 && note.n_descsz <= build_id_most) {
            memcpy(id, head + content, note.n_descsz);
            return note.n_descsz;
        }
        at = content + aligned(note.n_descsz);
    }
    return 0;
}

size_t build_id_find(const unsigned char *head, size_t bytes, unsigned char *id) {
    Elf64_Ehdr header;
    Elf64_Phdr program;
    if (bytes < sizeof header) {
        return 0;
    }
    memcpy(&header, head, sizeof header);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_phentsize != sizeof program ||
        header.e_phnum > headers_most || header.e_phoff > bytes ||
        header.e_phnum * sizeof program > bytes - header.e_phoff) {
        return 0;
    }
    for (size_t index = 0; index < header.e_phnum; index++) {
        memcpy(&program, head + header.e_phoff + index * sizeof program, sizeof program);
        bool is_inside = program.p_offset <= bytes && program.p_filesz <= bytes - program.p_offset;
        size_t found = program.p_type == PT_NOTE && is_inside
                           ? find_in_notes(head, program.p_offset, program.p_offset + program.p_filesz, id)
                           : 0;
        if (found > 0) {
            return found;
        }
    }
    return 0;
}

bool build_id_is_same(const unsigned char *one, const unsigned char *other, size_t bytes) {
    unsigned char first[build_id_most];
    unsigned char second[build_id_most];
    size_t first_bytes = build_id_find(one, bytes, first);
    size_t second_bytes = build_id_find(other, bytes, second);
    if (first_bytes > 0 && second_bytes > 0) {
        return first_bytes == second_bytes && memcmp(first, second, first_bytes) == 0;
    }
    return memcmp(one, other, bytes) == 0;
}

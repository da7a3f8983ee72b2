/* SPDX-License-Identifier: MIT */
#include "build_id.h"

#include "check.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

enum { head_bytes = 4096, notes_at = 1024, id_bytes = 20 };

static _Alignas(8) unsigned char head[head_bytes];

/* Two notes, of which the second has the id: bytes that count up from `first`. */
static void make_head(unsigned char first) {
    Elf64_Ehdr *header = (Elf64_Ehdr *)head;
    Elf64_Phdr *programs = (Elf64_Phdr *)(head + sizeof *header);
    Elf64_Nhdr *note = (Elf64_Nhdr *)(head + notes_at);
    memset(head, 0, sizeof head);
    memcpy(header->e_ident, ELFMAG, SELFMAG);
    header->e_ident[EI_CLASS] = ELFCLASS64;
    header->e_ident[EI_DATA] = ELFDATA2LSB;
    header->e_phoff = sizeof *header;
    header->e_phentsize = sizeof *programs;
    header->e_phnum = 2;
    programs[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_filesz = head_bytes};
    *note = (Elf64_Nhdr){4, 16, NT_GNU_ABI_TAG};
    memcpy(note + 1, "GNU", 4);
    note = (Elf64_Nhdr *)(head + notes_at + sizeof *note + 4 + 16);
    *note = (Elf64_Nhdr){4, id_bytes, NT_GNU_BUILD_ID};
    memcpy(note + 1, "GNU", 4);
    for (unsigned char index = 0; index < id_bytes; index++) {
        ((unsigned char *)(note + 1) + 4)[index] = (unsigned char)(first + index);
    }
    programs[1] =
        (Elf64_Phdr){.p_type = PT_NOTE, .p_offset = notes_at, .p_filesz = 2 * sizeof *note + 8 + 16 + id_bytes};
}

static void test_id(void) {
    unsigned char id[build_id_most];
    make_head(7);
    CHECK(build_id_find(head, sizeof head, id) == id_bytes);
    CHECK(id[0] == 7 && id[id_bytes - 1] == 7 + id_bytes - 1);
    /* Its notes lie behind what is read. */
    CHECK(build_id_find(head, notes_at + 8, id) == 0);
    head[EI_CLASS] = ELFCLASS32;
    CHECK(build_id_find(head, sizeof head, id) == 0);
    CHECK(build_id_find(head, 0, id) == 0);
}

static void test_same(void) {
    unsigned char other[head_bytes];
    make_head(7);
    memcpy(other, head, sizeof head);
    /* A file that was stripped is the same build. */
    other[head_bytes - 1] = 1;
    CHECK(build_id_is_same(head, other, sizeof head));
    make_head(8);
    CHECK(!build_id_is_same(head, other, sizeof head));
    /* Without ids all bytes count. */
    memset(head, 3, sizeof head);
    memset(other, 3, sizeof other);
    CHECK(build_id_is_same(head, other, sizeof head));
    other[head_bytes - 1] = 4;
    CHECK(!build_id_is_same(head, other, sizeof head));
}

/* It is a stranger's file: each 8 bytes of it may be anything. */
static void test_lies(void) {
    static const uint64_t lies[] = {UINT64_MAX, UINT64_MAX / 2, UINT32_MAX, head_bytes - 4, 0};
    for (size_t lie = 0; lie < sizeof lies / sizeof *lies; lie++) {
        for (size_t at = 8; at + sizeof *lies <= notes_at + 128; at += 4) {
            unsigned char id[build_id_most];
            make_head(7);
            memcpy(head + at, &lies[lie], sizeof lies[lie]);
            CHECK(build_id_find(head, sizeof head, id) <= build_id_most);
        }
    }
}

int main(void) {
    test_id();
    test_same();
    test_lies();
    return 0;
}

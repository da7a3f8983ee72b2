/* SPDX-License-Identifier: MIT */
#include "vm_memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    block_bytes = 1 << 16,
    unit_bytes = 1 << 12, /* no page is smaller */
    units = block_bytes / unit_bytes,
    places = 4096,
    text_step = 64,
};
static const uint64_t no_block = 1;

struct block {
    uint64_t at;
    uint32_t present; /* a bit for each unit */
    unsigned char *bytes;
};

struct vm_memory {
    const struct target *target;
    const struct elf_file *image;
    struct page_bits bits;
    struct block blocks[places];
};

struct vm_memory *vm_memory_create(const struct target *target, const struct elf_file *image) {
    struct vm_memory *memory = calloc(1, sizeof *memory);
    if (memory != NULL) {
        memory->target = target;
        memory->image = image;
        vm_memory_forget(memory);
    }
    return memory;
}

void vm_memory_destroy(struct vm_memory *memory) {
    for (size_t place = 0; memory != NULL && place < places; place++) {
        free(memory->blocks[place].bytes);
    }
    if (memory != NULL) {
        page_bits_free(&memory->bits);
    }
    free(memory);
}

void vm_memory_forget(struct vm_memory *memory) {
    for (size_t place = 0; place < places; place++) {
        memory->blocks[place].at = no_block;
    }
}

const struct target *vm_memory_target(const struct vm_memory *memory) {
    return memory->target;
}

/* The runs of present pages, each a piece. */
static size_t list_pieces(const struct vm_memory *memory, const struct block *block, struct remote_piece *pieces) {
    size_t count = 0;
    uint64_t end = block->at + block_bytes;
    for (uint64_t at = page_bits_next(&memory->bits, block->at); at < end; at = page_bits_next(&memory->bits, at)) {
        size_t run = page_bits_run(&memory->bits, at, (size_t)(end - at));
        pieces[count++] = (struct remote_piece){at, run, block->bytes + (at - block->at), false};
        at += run;
    }
    return count;
}

/* Of a core file all that it has: a page of zeros, or a hole, is what the process would have read. */
static size_t list_pieces_of_core(const struct block *block, struct remote_piece *pieces) {
    for (size_t unit = 0; unit < units; unit++) {
        uint64_t at = unit * unit_bytes;
        pieces[unit] = (struct remote_piece){block->at + at, unit_bytes, block->bytes + at, false};
    }
    return units;
}

static void read_file_units(const struct vm_memory *memory, struct block *block) {
    for (unsigned unit = 0; unit < units; unit++) {
        size_t offset = (size_t)unit * unit_bytes;
        if ((block->present >> unit & 1) == 0 &&
            elf_file_read(memory->image, block->at + offset, block->bytes + offset, unit_bytes)) {
            block->present |= UINT32_C(1) << unit;
        }
    }
}

static void fill(struct vm_memory *memory, struct block *block) {
    struct remote_piece pieces[units];
    size_t count = 0;
    block->present = 0;
    if (memory->target->memory.core != NULL) {
        count = list_pieces_of_core(block, pieces);
    } else if (page_map_load(&memory->target->pages, block->at, block->at + block_bytes, &memory->bits).status ==
               inspect_ok) {
        count = list_pieces(memory, block, pieces);
    }
    if (remote_read_pieces(&memory->target->memory, pieces, count).status != inspect_ok) {
        count = 0;
    }
    for (size_t index = 0; index < count; index++) {
        for (size_t done = 0; pieces[index].is_read && done < pieces[index].bytes; done += unit_bytes) {
            block->present |= UINT32_C(1) << (pieces[index].address + done - block->at) / unit_bytes;
        }
    }
    read_file_units(memory, block);
}

/* NULL: no memory, or it is late. */
static const struct block *load(struct vm_memory *memory, uint64_t at) {
    struct block *block = &memory->blocks[at / block_bytes % places];
    if (block->at == at) {
        return block;
    }
    block->at = no_block;
    if (block->bytes == NULL) {
        block->bytes = malloc(block_bytes);
    }
    if (block->bytes == NULL || deadline_is_over(memory->target->deadline)) {
        return NULL;
    }
    block->at = at;
    fill(memory, block);
    return block;
}

static bool are_present(const struct block *block, size_t offset, size_t bytes) {
    for (size_t unit = offset / unit_bytes; unit <= (offset + bytes - 1) / unit_bytes; unit++) {
        if ((block->present >> unit & 1) == 0) {
            return false;
        }
    }
    return true;
}

bool vm_memory_read(struct vm_memory *memory, uint64_t address, void *to, size_t bytes) {
    unsigned char *next = to;
    if (address > UINT64_MAX - bytes - block_bytes) {
        return false;
    }
    while (bytes > 0) {
        size_t offset = (size_t)(address % block_bytes);
        size_t here = block_bytes - offset < bytes ? block_bytes - offset : bytes;
        const struct block *block = load(memory, address - offset);
        if (block == NULL || !are_present(block, offset, here)) {
            return false;
        }
        memcpy(next, block->bytes + offset, here);
        next += here;
        address += here;
        bytes -= here;
    }
    return true;
}

static bool read_field(struct vm_memory *memory, uint64_t structure, uint64_t offset, void *to, size_t bytes) {
    return structure != 0 && offset != vm_absent && vm_memory_read(memory, structure + offset, to, bytes);
}

bool vm_read_word(struct vm_memory *memory, uint64_t structure, uint64_t offset, uint64_t *value) {
    return read_field(memory, structure, offset, value, sizeof *value);
}

bool vm_read_int(struct vm_memory *memory, uint64_t structure, uint64_t offset, int32_t *value) {
    return read_field(memory, structure, offset, value, sizeof *value);
}

/* In steps that end where a page does: what follows the text may not be present. */
bool vm_read_text(struct vm_memory *memory, uint64_t address, char *to, size_t bytes) {
    size_t done = 0;
    to[0] = '\0';
    while (done + 1 < bytes) {
        size_t step = text_step - (size_t)((address + done) % text_step);
        step = step < bytes - 1 - done ? step : bytes - 1 - done;
        if (!vm_memory_read(memory, address + done, to + done, step)) {
            break;
        }
        to[done + step] = '\0';
        if (memchr(to + done, '\0', step) != NULL) {
            return true;
        }
        done += step;
    }
    to[done] = '\0';
    return done > 0;
}

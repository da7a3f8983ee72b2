/* SPDX-License-Identifier: MIT */
#include "vm_tables.h"

#include "../../inspect/list_room.h"

#include <stdlib.h>
#include <string.h>

enum { entries_most = 16384, stride_most = 512, name_bytes = 200, first_slots = 1 << 14 };

enum entry_kind { kind_field = 1, kind_static, kind_type, kind_constant };

struct entry {
    uint64_t hash; /* of its kind and name; 0: none */
    uint64_t value;
};

struct vm_tables {
    struct entry *slots;
    size_t slot_count; /* a power of two */
    size_t count;
};

/* What a table's symbols are called: gHotSpotVM…s is the table, gHotSpotVM…EntryArrayStride and so on its shape. */
struct shape {
    enum entry_kind kind;
    const char *symbols[7]; /* table, stride, name, value, field's name, whether it is static, its address */
    size_t value_bytes;
};

static const struct shape shapes[] = {
    {kind_field,
     {"gHotSpotVMStructs", "gHotSpotVMStructEntryArrayStride", "gHotSpotVMStructEntryTypeNameOffset",
      "gHotSpotVMStructEntryOffsetOffset", "gHotSpotVMStructEntryFieldNameOffset",
      "gHotSpotVMStructEntryIsStaticOffset", "gHotSpotVMStructEntryAddressOffset"},
     8},
    {kind_type,
     {"gHotSpotVMTypes", "gHotSpotVMTypeEntryArrayStride", "gHotSpotVMTypeEntryTypeNameOffset",
      "gHotSpotVMTypeEntrySizeOffset"},
     8},
    {kind_constant,
     {"gHotSpotVMIntConstants", "gHotSpotVMIntConstantEntryArrayStride", "gHotSpotVMIntConstantEntryNameOffset",
      "gHotSpotVMIntConstantEntryValueOffset"},
     4},
    {kind_constant,
     {"gHotSpotVMLongConstants", "gHotSpotVMLongConstantEntryArrayStride", "gHotSpotVMLongConstantEntryNameOffset",
      "gHotSpotVMLongConstantEntryValueOffset"},
     8},
};

enum { shape_count = sizeof shapes / sizeof shapes[0] };

/* FNV-1a. */
static uint64_t hash_of(enum entry_kind kind, const char *name, size_t length) {
    uint64_t hash = (UINT64_C(0xcbf29ce484222325) ^ (uint64_t)kind) * UINT64_C(0x100000001b3);
    for (size_t index = 0; index < length; index++) {
        hash = (hash ^ (unsigned char)name[index]) * UINT64_C(0x100000001b3);
    }
    return hash == 0 ? 1 : hash;
}

/* Its place, or that where it would be. pre: one is free */
static struct entry *place_of(const struct vm_tables *tables, uint64_t hash) {
    size_t at = (size_t)hash & (tables->slot_count - 1);
    while (tables->slots[at].hash != 0 && tables->slots[at].hash != hash) {
        at = (at + 1) & (tables->slot_count - 1);
    }
    return &tables->slots[at];
}

/* pre: there is room, as entries_most of each shape are less than the slots */
static void add(struct vm_tables *tables, enum entry_kind kind, const char *name, uint64_t value) {
    uint64_t hash = hash_of(kind, name, strlen(name));
    struct entry *entry = place_of(tables, hash);
    if (entry->hash == 0) {
        *entry = (struct entry){hash, value};
    }
}

struct table {
    const struct shape *shape;
    uint64_t at;
    uint64_t offsets[7]; /* of what `symbols` has at the same place; at 1 the stride */
};

static bool read_shape(struct vm_memory *memory, const struct elf_file *image, struct table *table) {
    uint64_t addresses[7];
    size_t count = table->shape->kind == kind_field ? 7 : 4;
    if (!elf_file_symbols(image, table->shape->symbols, count, addresses)) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        if (!vm_read_word(memory, addresses[index], 0, &table->offsets[index]) ||
            (index > 0 && table->offsets[index] > stride_most)) {
            return false;
        }
    }
    table->at = table->offsets[0];
    return table->at != 0 && table->offsets[1] != 0;
}

static void add_field(struct vm_tables *tables, struct vm_memory *memory, const struct table *table, uint64_t at,
                      char *name, uint64_t value) {
    size_t length = strlen(name);
    uint64_t field_name;
    uint64_t address;
    int32_t is_static;
    if (vm_read_word(memory, at, table->offsets[4], &field_name) && field_name != 0 &&
        vm_read_int(memory, at, table->offsets[5], &is_static) &&
        vm_read_word(memory, at, table->offsets[6], &address)) {
        memcpy(name + length, "::", 2);
        (void)vm_read_text(memory, field_name, name + length + 2, name_bytes);
        add(tables, is_static != 0 ? kind_static : kind_field, name, is_static != 0 ? address : value);
    }
}

/* To the entry without a name. */
static bool read_table(struct vm_tables *tables, struct vm_memory *memory, const struct table *table) {
    char name[2 * name_bytes + 2];
    uint64_t name_at = 0;
    uint64_t at = table->at;
    size_t count = 0;
    for (; count < entries_most && vm_read_word(memory, at, table->offsets[2], &name_at) && name_at != 0; count++) {
        uint64_t value = 0;
        if (!vm_read_text(memory, name_at, name, name_bytes) ||
            !vm_memory_read(memory, at + table->offsets[3], &value, table->shape->value_bytes)) {
            return false;
        }
        if (table->shape->kind == kind_field) {
            add_field(tables, memory, table, at, name, value);
        } else {
            add(tables, table->shape->kind, name, value);
        }
        at += table->offsets[1];
    }
    return count > 0 && name_at == 0;
}

struct vm_tables *vm_tables_read(struct vm_memory *memory, const struct elf_file *image) {
    struct vm_tables *tables = calloc(1, sizeof *tables);
    bool is_good = tables != NULL;
    if (is_good) {
        tables->slot_count = (size_t)first_slots * shape_count * 2;
        tables->slots = calloc(tables->slot_count, sizeof *tables->slots);
        is_good = tables->slots != NULL;
    }
    for (size_t index = 0; is_good && index < shape_count; index++) {
        struct table table = {&shapes[index], 0, {0}};
        is_good = read_shape(memory, image, &table) && read_table(tables, memory, &table);
    }
    if (!is_good) {
        vm_tables_free(tables);
        return NULL;
    }
    return tables;
}

void vm_tables_free(struct vm_tables *tables) {
    if (tables != NULL) {
        free(tables->slots);
    }
    free(tables);
}

static bool find(const struct vm_tables *tables, enum entry_kind kind, const char *names, uint64_t *value) {
    for (const char *name = names; *name != '\0';) {
        size_t length = strcspn(name, "|");
        const struct entry *entry = place_of(tables, hash_of(kind, name, length));
        if (entry->hash != 0) {
            *value = entry->value;
            return true;
        }
        name += length + (name[length] == '|');
    }
    return false;
}

uint64_t vm_offset(const struct vm_tables *tables, const char *names) {
    uint64_t offset;
    return find(tables, kind_field, names, &offset) ? offset : vm_absent;
}

uint64_t vm_static(const struct vm_tables *tables, const char *names) {
    uint64_t address;
    return find(tables, kind_static, names, &address) ? address : 0;
}

uint64_t vm_size(const struct vm_tables *tables, const char *names) {
    uint64_t size;
    return find(tables, kind_type, names, &size) ? size : 0;
}

uint64_t vm_constant(const struct vm_tables *tables, const char *names, uint64_t otherwise) {
    uint64_t value;
    return find(tables, kind_constant, names, &value) ? value : otherwise;
}

uint64_t vm_static_word(const struct vm_tables *tables, struct vm_memory *memory, const char *names) {
    uint64_t value;
    return vm_read_word(memory, vm_static(tables, names), 0, &value) ? value : 0;
}

int32_t vm_static_int(const struct vm_tables *tables, struct vm_memory *memory, const char *names) {
    int32_t value;
    return vm_read_int(memory, vm_static(tables, names), 0, &value) ? value : 0;
}

/* SPDX-License-Identifier: MIT */
#include "field_list.h"

#include <stdlib.h>
#include <string.h>

enum {
    fields_most = 1 << 16,
    slots_a_field = 6, /* access, name, signature, value, offset, offset: each u2 */
    offset_tag_bits = 2,
    access_static = 8,
};

/* Of the flags that the JVM adds to access flags up to 20. */
enum { access_internal = 0x400, access_generic = 0x800 };

/* The items of an Array<u1> or Array<u2> (oops/array.hpp), the caller's to free; NULL: not read. */
static void *read_array(const struct hotspot *vm, uint64_t klass, uint64_t field_at, size_t item_bytes,
                        const char *data_name, size_t *count) {
    uint64_t data_at = vm_offset(vm->tables, data_name);
    uint64_t array;
    int32_t length;
    if (data_at == vm_absent || !vm_read_word(vm->memory, klass, field_at, &array) ||
        !vm_read_int(vm->memory, array, 0, &length) || length <= 0 || length > fields_most * slots_a_field) {
        return NULL;
    }
    *count = (size_t)length;
    void *items = malloc(*count * item_bytes);
    if (items != NULL && !vm_memory_read(vm->memory, array + data_at, items, *count * item_bytes)) {
        free(items);
        items = NULL;
    }
    return items;
}

/* Up to 20: InstanceKlass::_fields. Behind the fields there is a slot for each that has a generic signature. */
static void read_slots(const uint16_t *slots, size_t count, take_field *take, void *to) {
    size_t end = count;
    for (size_t at = 0; at + slots_a_field <= end; at += slots_a_field) {
        uint16_t access = slots[at];
        uint32_t packed = (uint32_t)slots[at + 5] << 16 | slots[at + 4];
        struct field_entry entry = {slots[at + 1], slots[at + 2], packed >> offset_tag_bits,
                                    (access & access_static) != 0, (access & access_internal) != 0};
        end -= (access & access_generic) != 0;
        if (!take(to, &entry)) {
            return;
        }
    }
}

struct stream {
    const unsigned char *bytes;
    size_t count;
    size_t at;
};

/* utilities/unsigned5.hpp; 0 at the end. */
static uint32_t next_number(struct stream *stream) {
    uint32_t sum = 0;
    for (unsigned index = 0; index < 5 && stream->at < stream->count; index++) {
        uint32_t byte = stream->bytes[stream->at++];
        sum += (byte - 1) << (6 * index);
        if (byte < 192) {
            break;
        }
    }
    return sum;
}

/* FieldInfo::FieldFlags (oops/fieldInfo.hpp). */
struct field_flags {
    uint32_t injected;
    uint32_t optional; /* each of these has one number more behind the field's */
};

/* `place`: of 21 to 27, where the JVM does not tell; 32 or more: none. */
static uint32_t flag_at(const struct hotspot *vm, const char *name, uint64_t place) {
    place = vm_constant(vm->tables, name, place);
    return place < 32 ? UINT32_C(1) << place : 0;
}

/* 28 has moved them, for those of value classes. */
static struct field_flags read_flags(const struct hotspot *vm) {
    enum { no_such_flag = 32 };
    return (struct field_flags){
        flag_at(vm, "FieldInfo::FieldFlags::_ff_injected", 1),
        flag_at(vm, "FieldInfo::FieldFlags::_ff_initialized", 0) |
            flag_at(vm, "FieldInfo::FieldFlags::_ff_generic", 2) |
            flag_at(vm, "FieldInfo::FieldFlags::_ff_contended", 4) |
            flag_at(vm, "FieldInfo::FieldFlags::_ff_flat", no_such_flag) |
            flag_at(vm, "FieldInfo::FieldFlags::_ff_null_marker", no_such_flag),
    };
}

/* From 21 on: InstanceKlass::_fieldinfo_stream. */
static void read_stream(const struct hotspot *vm, struct stream *stream, take_field *take, void *to) {
    const struct field_flags known = read_flags(vm);
    uint32_t count = next_number(stream);
    count += next_number(stream);
    for (uint32_t index = 0; index < count && stream->at < stream->count; index++) {
        struct field_entry entry = {0};
        entry.name = next_number(stream);
        entry.signature = next_number(stream);
        entry.offset = next_number(stream);
        entry.is_static = (next_number(stream) & access_static) != 0;
        uint32_t flags = next_number(stream);
        entry.is_injected = (flags & known.injected) != 0;
        for (uint32_t optional = flags & known.optional; optional != 0; optional &= optional - 1) {
            (void)next_number(stream);
        }
        if (!take(to, &entry)) {
            return;
        }
    }
}

void field_list_read(const struct hotspot *vm, uint64_t klass, take_field *take, void *to) {
    uint64_t stream_at = vm_offset(vm->tables, "InstanceKlass::_fieldinfo_stream");
    size_t count = 0;
    if (stream_at != vm_absent) {
        unsigned char *bytes = read_array(vm, klass, stream_at, 1, "Array<u1>::_data", &count);
        struct stream stream = {bytes, count, 0};
        if (bytes != NULL) {
            read_stream(vm, &stream, take, to);
        }
        free(bytes);
        return;
    }
    uint16_t *slots =
        read_array(vm, klass, vm_offset(vm->tables, "InstanceKlass::_fields"), 2, "Array<u2>::_data", &count);
    if (slots != NULL) {
        read_slots(slots, count, take, to);
    }
    free(slots);
}

/* The constant pool's entries follow it (oops/constantPool.hpp); those of the JVM's own names are in vmSymbols. */
size_t field_text(const struct hotspot *vm, uint64_t klass, const struct field_entry *entry, uint32_t index, char *text,
                  size_t most) {
    uint64_t pool;
    uint64_t symbol;
    if (entry->is_injected) {
        if (index >= vm->symbols.own_count ||
            !vm_read_word(vm->memory, vm->symbols.own, (uint64_t)index * 8, &symbol)) {
            return SIZE_MAX;
        }
    } else if (!vm_read_word(vm->memory, klass, vm_offset(vm->tables, "InstanceKlass::_constants"), &pool) ||
               !vm_read_word(vm->memory, pool, vm_size(vm->tables, "ConstantPool") + (uint64_t)index * 8, &symbol)) {
        return SIZE_MAX;
    }
    return symbol_read(vm->memory, &vm->symbols, symbol, text, most);
}

/* SPDX-License-Identifier: MIT */
#include "places.h"

#include "spaces.h"

static const uint64_t word_bytes = 8;
static const uint64_t bits_a_byte = 8;
static const uint64_t bytes_a_card = 512;

/* CardGeneration::_bts: where blocks begin in the old generation, a byte for a card (memory/blockOffsetTable.hpp). */
static void add_block_offsets(const struct hotspot *vm, uint64_t generation, struct place_list *places) {
    struct place_bounds heap = place_of_heap(vm);
    uint64_t table;
    uint64_t reserved_at = vm_offset(vm->tables, "BlockOffsetSharedArray::_reserved");
    uint64_t space_at = vm_offset(vm->tables, "BlockOffsetSharedArray::_vs");
    if (reserved_at == vm_absent || space_at == vm_absent ||
        !vm_read_word(vm->memory, generation, vm_offset(vm->tables, "CardGeneration::_bts"), &table)) {
        return;
    }
    struct place_bounds covered = place_of_region(vm, table + reserved_at);
    struct place_bounds space = place_of_virtual_space(vm, table + space_at);
    if (covered.end != 0 && covered.start >= heap.start && covered.end <= heap.end &&
        place_is_table(space.end - space.start, (covered.end - covered.start) / bytes_a_card)) {
        place_list_add(places, hotspot_place_gc, space.start, space.end);
    }
}

/* A CMSBitMap: a bit for each 2^shifter words
 * (gc_implementation/concurrentMarkSweep/concurrentMarkSweepGeneration.hpp). */
static bool add_bit_map(const struct hotspot *vm, uint64_t map, struct place_list *places) {
    uint64_t words;
    int32_t shifter;
    uint64_t space_at = vm_offset(vm->tables, "CMSBitMap::_virtual_space");
    if (space_at == vm_absent ||
        !vm_read_word(vm->memory, map, vm_offset(vm->tables, "CMSBitMap::_bmWordSize"), &words) ||
        !vm_read_int(vm->memory, map, vm_offset(vm->tables, "CMSBitMap::_shifter"), &shifter) || shifter < 0 ||
        shifter >= 64) {
        return false;
    }
    struct place_bounds space = place_of_virtual_space(vm, map + space_at);
    bool is_table = space.end != 0 && place_is_table(space.end - space.start, (words >> shifter) / bits_a_byte);
    if (is_table) {
        place_list_add(places, hotspot_place_gc, space.start, space.end);
    }
    return is_table;
}

/*
 * CMSCollector has its mark bitmap, its mod union table and its mark stack in a row. The stack is a VirtualSpace, its
 * base, its index and how many words it has room for.
 */
static void add_marks(const struct hotspot *vm, uint64_t generation, struct place_list *places) {
    uint64_t space;
    uint64_t collector;
    uint64_t base;
    uint64_t capacity;
    uint64_t map_at = vm_offset(vm->tables, "CMSCollector::_markBitMap");
    uint64_t map_bytes = vm_size(vm->tables, "CMSBitMap");
    uint64_t space_bytes = vm_size(vm->tables, "VirtualSpace");
    if (map_at == vm_absent || map_bytes == 0 || space_bytes == 0 ||
        !vm_read_word(vm->memory, generation, vm_offset(vm->tables, "ConcurrentMarkSweepGeneration::_cmsSpace"),
                      &space) ||
        !vm_read_word(vm->memory, space, vm_offset(vm->tables, "CompactibleFreeListSpace::_collector"), &collector) ||
        !add_bit_map(vm, collector + map_at, places) || !add_bit_map(vm, collector + map_at + map_bytes, places)) {
        return;
    }
    uint64_t stack_at = collector + map_at + 2 * map_bytes;
    struct place_bounds stack = place_of_virtual_space(vm, stack_at);
    if (stack.end != 0 && vm_read_word(vm->memory, stack_at, space_bytes, &base) && base == stack.start &&
        vm_read_word(vm->memory, stack_at, space_bytes + 2 * word_bytes, &capacity) &&
        capacity == (stack.end - stack.start) / word_bytes) {
        place_list_add(places, hotspot_place_gc, stack.start, stack.end);
    }
}

/*
 * GenCollectedHeap (memory/genCollectedHeap.hpp), of Serial and CMS: in JDK 8 the second of `_gens` is the old
 * generation.
 */
void places_add_generations(const struct hotspot *vm, struct place_list *places) {
    uint64_t first_at = vm_offset(vm->tables, "GenCollectedHeap::_gens");
    uint64_t old_at =
        first_at == vm_absent ? vm_offset(vm->tables, "GenCollectedHeap::_old_gen") : first_at + word_bytes;
    bool has_generations = vm->collector == hotspot_serial || vm->collector == hotspot_cms;
    uint64_t old;
    if (!has_generations || old_at == vm_absent || !vm_read_word(vm->memory, spaces_heap(vm), old_at, &old)) {
        return;
    }
    add_block_offsets(vm, old, places);
    if (vm->collector == hotspot_cms) {
        add_marks(vm, old, places);
    }
}

enum { storage_word = 2, marking_bytes = 4096 };

/*
 * G1RegionToSpaceMapper (gc/g1/g1RegionToSpaceMapper.hpp): the table of its virtual functions, its listener, and then
 * the bounds of what it has reserved.
 */
struct mapper {
    uint64_t functions;
    struct place_bounds bounds;
};

static bool read_mapper(const struct hotspot *vm, uint64_t at, struct mapper *mapper) {
    return at != 0 && at % word_bytes == 0 && vm_read_word(vm->memory, at, 0, &mapper->functions) &&
           mapper->functions >= vm->image.data_start && mapper->functions < vm->image.data_end &&
           vm_read_word(vm->memory, at, storage_word * word_bytes, &mapper->bounds.start) &&
           vm_read_word(vm->memory, at, (storage_word + 1) * word_bytes, &mapper->bounds.end);
}

/*
 * CMMarkStack (gc_implementation/g1/concurrentMark.hpp) is a part of ConcurrentMark: a VirtualSpace, the address of
 * that ConcurrentMark, and its own base. Those two prove it.
 */
static void add_mark_stack_of(const struct hotspot *vm, uint64_t marking, struct place_list *places) {
    uint64_t space_bytes = vm_size(vm->tables, "VirtualSpace");
    uint64_t owner;
    uint64_t base;
    for (uint64_t at = 0; space_bytes != 0 && at < marking_bytes; at += word_bytes) {
        if (vm_read_word(vm->memory, marking, at + space_bytes, &owner) && owner == marking &&
            vm_read_word(vm->memory, marking, at + space_bytes + word_bytes, &base) && base != 0) {
            struct place_bounds stack = place_of_virtual_space(vm, marking + at);
            if (stack.start == base) {
                place_list_add(places, hotspot_place_gc, stack.start, stack.end);
            }
        }
    }
}

/* G1CollectedHeap::_cm, a field that is not told. */
static void add_mark_stack(const struct hotspot *vm, struct place_list *places) {
    uint64_t heap_bytes = vm_size(vm->tables, "G1CollectedHeap");
    uint64_t pointer;
    for (uint64_t at = 0; at < heap_bytes && at < marking_bytes; at += word_bytes) {
        if (vm_read_word(vm->memory, spaces_heap(vm), at, &pointer) && pointer != 0 && pointer % word_bytes == 0) {
            add_mark_stack_of(vm, pointer, places);
        }
    }
}

/*
 * G1CollectedHeap has the addresses of its mappers, in HeapRegionManager and elsewhere: of the heap, of mark bitmaps,
 * where blocks begin, the cards, and until JDK 19 their counts. They are of two types, which those of the heap and of
 * the cards show, whose bounds are known: what is of another type is no mapper.
 */
void places_add_g1(const struct hotspot *vm, uint64_t card_table, struct place_list *places) {
    struct place_bounds heap = place_of_heap(vm);
    uint64_t heap_bytes = vm_size(vm->tables, "G1CollectedHeap");
    uint64_t of_heap = 0;
    uint64_t of_cards = 0;
    uint64_t pointer;
    struct mapper mapper;
    if (vm->collector != hotspot_g1 || card_table == 0) {
        return;
    }
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint64_t at = 0; at < heap_bytes && at < marking_bytes; at += word_bytes) {
            if (!vm_read_word(vm->memory, spaces_heap(vm), at, &pointer) || !read_mapper(vm, pointer, &mapper)) {
                continue;
            }
            bool is_of_heap = mapper.bounds.start == heap.start && mapper.bounds.end == heap.end;
            bool is_of_cards = mapper.bounds.start == card_table;
            if (pass == 0) {
                of_heap = is_of_heap ? mapper.functions : of_heap;
                of_cards = is_of_cards ? mapper.functions : of_cards;
            } else if (of_heap != 0 && of_cards != 0 && !is_of_heap && !is_of_cards &&
                       (mapper.functions == of_heap || mapper.functions == of_cards)) {
                place_list_add(places, hotspot_place_gc, mapper.bounds.start, mapper.bounds.end);
            }
        }
    }
    add_mark_stack(vm, places);
}

enum { barrier_set_bytes = 512, maps_of_cards = 2 };

/*
 * ShenandoahCardTable (gc/shenandoah/shenandoahCardTable.hpp, 25 and later) is a CardTable with two maps, of which the
 * present one is CardTable's own. Its size is that of the type and the words behind it.
 */
static bool add_two_maps(const struct hotspot *vm, uint64_t table, struct place_list *places) {
    struct place_bounds own = place_of_cards(vm, table, &card_table_later);
    uint64_t maps[maps_of_cards] = {0, 0};
    uint64_t table_bytes = vm_size(vm->tables, "CardTable");
    if (own.end == 0 || table_bytes == 0) {
        return false;
    }
    for (size_t index = 0; index < maps_of_cards; index++) {
        if (!vm_read_word(vm->memory, table, table_bytes + index * word_bytes, &maps[index])) {
            return false;
        }
    }
    bool are_maps = maps[0] != maps[1] && (maps[0] == own.start || maps[1] == own.start);
    for (size_t index = 0; are_maps && index < maps_of_cards; index++) {
        place_list_add(places, hotspot_place_gc, maps[index], maps[index] + (own.end - own.start));
    }
    return are_maps;
}

/* Of generational Shenandoah: the barrier set has the card table, in it or behind a pointer. */
void places_add_shenandoah(const struct hotspot *vm, struct place_list *places) {
    uint64_t set = vm_static_word(vm->tables, vm->memory, "BarrierSet::_barrier_set");
    uint64_t pointer;
    if (vm->collector != hotspot_shenandoah || set == 0 || vm_offset(vm->tables, card_table_later.whole) == vm_absent) {
        return;
    }
    for (uint64_t at = 0; at < barrier_set_bytes; at += word_bytes) {
        if (add_two_maps(vm, set + at, places) ||
            (vm_read_word(vm->memory, set, at, &pointer) && add_two_maps(vm, pointer, places))) {
            return;
        }
    }
}

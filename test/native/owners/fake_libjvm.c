// A libjvm.so whose tables lie, in the way that FAKE_JVM says: endless, nowhere, stride, circle. As `old` and
// `contradictory` it is one of JDK 8, on G1, that says where it has its memory; of the second no two structures agree.
// As `fields` its class has three static ones, written as JDK 28 does.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct field {
    const char *type, *name, *kind;
    int32_t is_static;
    uint64_t offset;
    void *address;
};
struct type {
    const char *name, *super;
    uint64_t size;
};
struct constant {
    const char *name;
    int64_t value;
};
struct flag {
    void *address;
    const char *name;
};
struct klass {
    uint64_t layout, next, super, *symbol, *stream, *pool;
};
struct region {
    uint64_t bottom, top, tag;
};

static struct field fields[64];
static struct type types[] = {{"JVMFlag", "", sizeof(struct flag)}, {"JavaThread", "", 1000},
                              {"G1HeapRegionTable", "", 16},        {"ConstantPool", "", 8},
                              {"G1CollectedHeap", "", 128},         {0}};
// Flags of fields have other places than in 21.
static struct constant ints[] = {{"FreeTag", 0},
                                 {"FieldInfo::FieldFlags::_ff_flat", 1},
                                 {"FieldInfo::FieldFlags::_ff_null_marker", 2},
                                 {"FieldInfo::FieldFlags::_ff_initialized", 3},
                                 {"FieldInfo::FieldFlags::_ff_injected", 4},
                                 {"FieldInfo::FieldFlags::_ff_generic", 5},
                                 {"FieldInfo::FieldFlags::_ff_contended", 7},
                                 {0}},
                       longs[] = {{"markWord::hash_mask_in_place", 0x7fffffff00}, {0}};
static struct klass klasses[3];
static uint64_t symbol[4] = {(uint64_t)3 << 32, 0x636261};
static uint64_t loader[2], loaders = (uint64_t)(uintptr_t)loader, heap[16], collected = (uint64_t)(uintptr_t)heap;
static struct region region;
static uint64_t regions[4096], threads[2], thread_list = (uint64_t)(uintptr_t)threads;
static uint64_t barrier_set[8], mappers[6][4], functions, others, code[8], code_heap = (uint64_t)(uintptr_t)code;
// What the JVM would have as static variables: found only by going through its data.
uint64_t space_lists[3];
static uint64_t *outside; // of malloc
static unsigned char yes = 1;
static struct flag flags[] = {{&yes, "UseG1GC"}, {&yes, "UseCompressedOops"}};
static struct flag *flag_list = flags;
static uint64_t flag_count = UINT64_MAX;

#define EXPORT(name, value) __attribute__((visibility("default"))) uint64_t name = value
EXPORT(gHotSpotVMStructEntryArrayStride, sizeof(struct field));
EXPORT(gHotSpotVMStructEntryTypeNameOffset, 0);
EXPORT(gHotSpotVMStructEntryFieldNameOffset, 8);
EXPORT(gHotSpotVMStructEntryIsStaticOffset, 24);
EXPORT(gHotSpotVMStructEntryOffsetOffset, 32);
EXPORT(gHotSpotVMStructEntryAddressOffset, 40);
EXPORT(gHotSpotVMTypeEntryArrayStride, sizeof(struct type));
EXPORT(gHotSpotVMTypeEntryTypeNameOffset, 0);
EXPORT(gHotSpotVMTypeEntrySizeOffset, 16);
EXPORT(gHotSpotVMIntConstantEntryArrayStride, sizeof(struct constant));
EXPORT(gHotSpotVMIntConstantEntryNameOffset, 0);
EXPORT(gHotSpotVMIntConstantEntryValueOffset, 8);
EXPORT(gHotSpotVMLongConstantEntryArrayStride, sizeof(struct constant));
EXPORT(gHotSpotVMLongConstantEntryNameOffset, 0);
EXPORT(gHotSpotVMLongConstantEntryValueOffset, 8);
__attribute__((visibility("default"))) void *gHotSpotVMStructs = fields, *gHotSpotVMTypes = types,
                                            *gHotSpotVMIntConstants = ints, *gHotSpotVMLongConstants = longs;

static void add(const char *type, const char *name, uint64_t offset, void *address) {
    static unsigned count;
    fields[count++] = (struct field){type, name, "", address != NULL, offset, address};
}

static void fill(void) {
    add("Klass", "_layout_helper", 0, NULL);
    add("Klass", "_next_link", 8, NULL);
    add("Klass", "_super", 16, NULL);
    add("Klass", "_name", 24, NULL);
    add("Symbol", "_length", 4, NULL);
    add("Symbol", "_body", 8, NULL);
    add("ClassLoaderData", "_next", 0, NULL);
    add("ClassLoaderData", "_klasses", 8, NULL);
    add("ClassLoaderDataGraph", "_head", 0, &loaders);
    add("JVMFlag", "flags", 0, &flag_list);
    add("JVMFlag", "numFlags", 0, &flag_count);
    add("JVMFlag", "_name", 8, NULL);
    add("JVMFlag", "_addr", 0, NULL);
    add("Universe", "_collectedHeap", 0, &collected);
    add("G1CollectedHeap", "_hrm", 8, NULL);
    add("G1HeapRegionManager", "_regions", 8, NULL);
    add("G1HeapRegionTable", "_base", 0, NULL);
    add("G1HeapRegionTable", "_length", 8, NULL);
    add("G1HeapRegion", "_bottom", 0, NULL);
    add("G1HeapRegion", "_top", 8, NULL);
    add("G1HeapRegion", "_type", 16, NULL);
    add("G1HeapRegionType", "_tag", 0, NULL);
    add("InstanceKlass", "_fieldinfo_stream", 32, NULL);
    add("InstanceKlass", "_constants", 40, NULL);
    add("Array<u1>", "_data", 4, NULL);
    add("Threads", "_thread_list", 0, &thread_list);
    add("JavaThread", "_next", 0, NULL);
}

/* What JDK 8 has no name for is named otherwise there. */
static void make_old(void) {
    types[0].name = "Flag";
    for (unsigned index = 0; fields[index].type != NULL; index++) {
        if (strcmp(fields[index].type, "JVMFlag") == 0) {
            fields[index].type = "Flag";
        }
        if (strcmp(fields[index].type, "G1HeapRegionManager") == 0) {
            fields[index].type = "HeapRegionManager";
        }
    }
    add("CollectedHeap", "_reserved", 80, NULL);
    add("CollectedHeap", "_barrier_set", 96, NULL);
    add("MemRegion", "_start", 0, NULL);
    add("MemRegion", "_word_size", 8, NULL);
    add("VirtualSpace", "_low_boundary", 0, NULL);
    add("VirtualSpace", "_high_boundary", 8, NULL);
    add("VirtualSpace", "_low", 16, NULL);
    add("VirtualSpace", "_high", 24, NULL);
    add("CardTableModRefBS", "_whole_heap", 0, NULL);
    add("CardTableModRefBS", "_byte_map", 16, NULL);
    add("CardTableModRefBS", "_byte_map_size", 24, NULL);
    add("CodeCache", "_heap", 0, &code_heap);
    add("CodeHeap", "_memory", 0, NULL);
    add("CodeHeap", "_segmap", 32, NULL);
}

static void set(uint64_t *words, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth) {
    words[0] = first;
    words[1] = second;
    words[2] = third;
    words[3] = fourth;
}

static uint64_t at(const void *address) {
    return (uint64_t)(uintptr_t)address;
}

/* A heap of 256 MiB, and a node of metaspace that is its own next one. `off`: by how much each structure contradicts
 * another. */
static void say_where(uint64_t off) {
    enum { heap_start = 0x10000000, heap_bytes = 0x10000000, cards = 0x30000000, node_start = 0x40000000 };
    heap[10] = heap_start;
    heap[11] = heap_bytes / 8;
    heap[12] = at(barrier_set);
    set(barrier_set, heap_start, (heap_bytes + off) / 8, cards, heap_bytes / 512);
    for (unsigned index = 0; index < 6; index++) {
        heap[4 + index] = at(mappers[index]);
        // The last one is of a type that is no mapper's.
        set(mappers[index], at(index == 5 ? &others : &functions), 0, 0x50000000 + index * 0x1000000,
            0x50400000 + index * 0x1000000);
    }
    set(mappers[0], at(&functions), 0, heap_start, heap_start + heap_bytes);
    set(mappers[4], at(&functions), 0, cards, cards + heap_bytes / 512);
    set(code, 0x60000000, 0x6f000000, 0x60000000 + off * 0x10000, 0x60270000);
    set(code + 4, 0x70000000, 0x70003000, 0x70000000, 0x70001000);
    // Outside of the data, as malloc has it.
    outside = calloc(64, sizeof *outside);
    outside[0] = at(outside);
    outside[1] = node_start;
    outside[2] = 0x800000 / 8;
    outside[3] = node_start;
    outside[4] = 0x800000 + off;
    set(outside + 8, node_start, node_start + 0x800000, node_start, node_start + 0x440000);
    outside[32] = at(outside);
    space_lists[0] = at(outside + 32);
    // Half of one: the rest of it is zeros.
    memcpy(outside + 16, outside, 4 * sizeof *outside);
    outside[33] = at(outside + 16);
    space_lists[1] = at(outside + 33);
    space_lists[2] = UINT64_MAX - 7;
}

/* Lists whose ends are their beginnings, counts without end, an object of the whole heap. */
static void go_in_circles(void) {
    for (unsigned index = 0; index < 3; index++) {
        klasses[index] = (struct klass){0xc0000010,
                                        (uint64_t)(uintptr_t)&klasses[(index + 1) % 3],
                                        (uint64_t)(uintptr_t)&klasses[index],
                                        symbol,
                                        NULL,
                                        NULL};
    }
    loader[0] = loaders;
    loader[1] = (uint64_t)(uintptr_t)klasses;
    threads[0] = thread_list;
    region = (struct region){0x1000, UINT64_MAX - 7, 2};
    heap[2] = (uint64_t)(uintptr_t)regions;
    heap[3] = UINT64_MAX;
    for (unsigned index = 0; index < 4096; index++) {
        regions[index] = (uint64_t)(uintptr_t)&region;
    }
}

/* Of each field its name, signature, offset, access and flags; a number more for what it is besides. One more than its
 * value is written. */
static void list_fields(void) {
    static uint64_t names[4][4] = {{(uint64_t)3 << 32, 0x656e6f},
                                   {(uint64_t)3 << 32, 0x6f7774},
                                   {(uint64_t)5 << 32, 0x6565726874},
                                   {(uint64_t)1 << 32, 'L'}};
    static uint64_t pool[5];
    static struct {
        int32_t length;
        unsigned char items[24];
    } stream = {24, {3 + 1, 1,                                                     // of Java, and none injected
                     1,     3 + 1, 16 + 1, 8 + 1, (1 << 3) + 1,          100,      // initialized
                     2,     3 + 1, 20 + 1, 8 + 1, (3 << 1) + 1,          100, 100, // flat, with a null marker
                     3,     3 + 1, 24 + 1, 8 + 1, (1 << 5 | 1 << 6) + 1, 100}};    // generic, and stable
    for (unsigned index = 0; index < 4; index++) {
        pool[1 + index] = (uint64_t)(uintptr_t)names[index];
    }
    klasses[0].layout = 24;
    klasses[0].stream = (uint64_t *)(void *)&stream;
    klasses[0].pool = pool;
}

__attribute__((constructor)) static void lie(void) {
    const char *way = getenv("FAKE_JVM");
    size_t bytes = 256 << 20;
    fill();
    go_in_circles();
    if (way != NULL && (strcmp(way, "old") == 0 || strcmp(way, "contradictory") == 0)) {
        make_old();
        say_where(strcmp(way, "old") == 0 ? 0 : 0x1000);
    } else if (way != NULL && strcmp(way, "fields") == 0) {
        list_fields();
    } else if (way != NULL && strcmp(way, "endless") == 0) {
        struct field *many = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t index = 0; many != MAP_FAILED && index < bytes / sizeof *many; index++) {
            many[index] = fields[0];
        }
        gHotSpotVMStructs = many;
    } else if (way != NULL && strcmp(way, "nowhere") == 0) {
        gHotSpotVMStructs = (void *)(uintptr_t)0x7ffffffff000;
        fields[0].type = (const char *)(uintptr_t)8;
    } else if (way != NULL && strcmp(way, "stride") == 0) {
        gHotSpotVMStructEntryArrayStride = 0;
        gHotSpotVMTypeEntryArrayStride = UINT64_MAX;
    }
}

// A libjvm.so whose tables lie, in the way that FAKE_JVM says: endless, nowhere, stride, circle.
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
    uint64_t layout, next, super, *symbol;
};
struct region {
    uint64_t bottom, top, tag;
};

static struct field fields[64];
static struct type types[] = {{"JVMFlag", "", sizeof(struct flag)}, {"JavaThread", "", 1000}, {0}};
static struct constant ints[] = {{"FreeTag", 0}, {0}}, longs[] = {{"markWord::hash_mask_in_place", 0x7fffffff00}, {0}};
static struct klass klasses[3];
static uint64_t symbol[4] = {(uint64_t)3 << 32, 0x636261};
static uint64_t loader[2], loaders = (uint64_t)(uintptr_t)loader, heap[16], collected = (uint64_t)(uintptr_t)heap;
static struct region region;
static uint64_t regions[4096], threads[2], thread_list = (uint64_t)(uintptr_t)threads;
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
    add("Threads", "_thread_list", 0, &thread_list);
    add("JavaThread", "_next", 0, NULL);
}

/* Lists whose ends are their beginnings, counts without end, an object of the whole heap. */
static void go_in_circles(void) {
    for (unsigned index = 0; index < 3; index++) {
        klasses[index] = (struct klass){0xc0000010, (uint64_t)(uintptr_t)&klasses[(index + 1) % 3],
                                        (uint64_t)(uintptr_t)&klasses[index], symbol};
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

__attribute__((constructor)) static void lie(void) {
    const char *way = getenv("FAKE_JVM");
    size_t bytes = 256 << 20;
    fill();
    go_in_circles();
    if (way != NULL && strcmp(way, "endless") == 0) {
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

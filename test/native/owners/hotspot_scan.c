// Reads the HotSpot JVM of a pid from outside, as `offheap owners` does, and prints what it found, one fact a line.
// Usage: hotspot_scan PID [CLASS]...: of each class how many objects there are, and who has the addresses in their
// field `address`.
#define _GNU_SOURCE
#include "hotspot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { addresses_most = 1 << 20, owners_most = 4096 };

/* A space as it was read: once for all classes, since reading costs as much as what is made of it. */
struct copy {
    unsigned char *data;
    uint64_t from;
    size_t bytes;
};

struct found {
    struct hotspot_object object;
    const unsigned char *at; /* in the copy */
    size_t rest;             /* of the copy, from there on */
};

struct owner {
    size_t klass;
    char field[512];
    size_t count;
};

struct scan {
    struct hotspot *vm;
    struct copy *copies;
    size_t copy_count;
    struct found *found; /* in them, of all classes */
    size_t found_count;
    size_t found_room;
    size_t wanted; /* class, by index */
    uint32_t address_at;
    uint64_t *addresses; /* in their field `address` */
    size_t address_count;
    uint64_t *held; /* their own addresses, and whether something refers to them */
    size_t held_count;
    bool *is_held;
    size_t objects;
    size_t moving;   /* of the class */
    size_t unparsed; /* words */
    struct owner owners[owners_most];
    size_t owner_count;
};

static double now_ms(void) {
    return (double)monotonic_ns() / 1e6;
}

static int compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void add_found(struct scan *scan, const struct found *found) {
    if (scan->found_count == scan->found_room) {
        size_t room = scan->found_room == 0 ? 1 << 16 : 2 * scan->found_room;
        struct found *more = realloc(scan->found, room * sizeof *more);
        if (more == NULL) {
            return;
        }
        scan->found = more;
        scan->found_room = room;
    }
    scan->found[scan->found_count++] = *found;
}

/* Object after object; from a word that is in none to the next word. */
static void parse(struct scan *scan, const struct copy *copy) {
    struct hotspot_finder finder = {0};
    for (size_t at = 0; at + 16 <= copy->bytes;) {
        struct found found = {.at = copy->data + at, .rest = copy->bytes - at};
        if (hotspot_object_find(scan->vm, &finder, copy->data, copy->from, copy->bytes, copy->from + at,
                                &found.object)) {
            if (found.object.at == copy->from + at) {
                add_found(scan, &found);
            }
            at = (size_t)(found.object.at - copy->from + found.object.bytes);
        } else {
            scan->unparsed++;
            at += 8;
        }
    }
}

/* Space after space, whole ones: objects do not go on from one to the next. */
static void read_spaces(struct scan *scan) {
    struct hotspot_space *spaces = NULL;
    size_t count = 0;
    uint64_t total = 0;
    struct inspect_verdict verdict = hotspot_spaces(scan->vm, &spaces, &count);
    if (verdict.status != inspect_ok) {
        printf("verdict %d %s\n", verdict.status, verdict.what);
    }
    scan->copies = calloc(count + 1, sizeof *scan->copies);
    for (size_t index = 0; index < count && scan->copies != NULL; index++) {
        size_t bytes = (size_t)(spaces[index].top - spaces[index].bottom);
        struct copy copy = {malloc(bytes), spaces[index].bottom, bytes};
        if (copy.data == NULL || !hotspot_read(scan->vm, copy.from, copy.data, bytes)) {
            free(copy.data);
            continue;
        }
        scan->copies[scan->copy_count++] = copy;
        parse(scan, &copy);
        total += bytes;
    }
    printf("spaces %zu bytes %" PRIu64 "\n", count, total);
    free(spaces);
}

static void forget_spaces(struct scan *scan) {
    for (size_t index = 0; index < scan->copy_count; index++) {
        free(scan->copies[index].data);
    }
    free(scan->copies);
    free(scan->found);
}

static void take_object(struct scan *scan, const struct found *found) {
    if (found->object.klass != scan->wanted) {
        return;
    }
    if (found->object.is_moving) {
        scan->moving++;
        return;
    }
    if (scan->held_count < addresses_most) {
        scan->held[scan->held_count++] = found->object.at;
    }
    scan->objects++;
    if (scan->address_at != 0 && found->rest >= scan->address_at + 8 && scan->address_count < addresses_most) {
        memcpy(&scan->addresses[scan->address_count++], found->at + scan->address_at, 8);
    }
}

/* In an ascending list. Most words of a heap are not even between its first and its last. */
static uint64_t *find_in(uint64_t *list, size_t count, uint64_t wanted) {
    return count == 0 || wanted < list[0] || wanted > list[count - 1] ? NULL
                                                                      : bsearch(&wanted, list, count, 8, compare);
}

static void name_word(struct scan *scan, const unsigned char *data, uint64_t from, size_t bytes, uint64_t hit,
                      const struct hotspot_object *object, char *name, size_t name_bytes) {
    struct hotspot_field field;
    uint32_t offset = (uint32_t)(hit - object->at);
    size_t start = (size_t)(object->at - from);
    size_t mirrored = hotspot_mirrored(scan->vm, data + start, bytes - start);
    if (hotspot_is_mirror(scan->vm, object->klass) && mirrored != SIZE_MAX &&
        hotspot_static_at(scan->vm, mirrored, offset, &field)) {
        (void)snprintf(name, name_bytes, "static %s.%s", field.owner, field.name);
    } else if (hotspot_field_at(scan->vm, object->klass, offset, &field)) {
        (void)snprintf(name, name_bytes, "%s%s", field.name, field.is_injected ? " (injected)" : "");
    } else {
        (void)snprintf(name, name_bytes, "?");
    }
}

static void count_owner(struct scan *scan, size_t klass, const char *field) {
    size_t index = 0;
    while (index < scan->owner_count &&
           (scan->owners[index].klass != klass || strcmp(scan->owners[index].field, field) != 0)) {
        index++;
    }
    if (index == scan->owner_count && index < owners_most) {
        scan->owners[scan->owner_count++] = (struct owner){.klass = klass};
        (void)snprintf(scan->owners[index].field, sizeof scan->owners[index].field, "%s", field);
    }
    if (index < owners_most) {
        scan->owners[index].count++;
    }
}

static void find_owners(struct scan *scan, const struct copy *copy) {
    struct hotspot_finder finder = {0};
    for (size_t at = 0; at + 8 <= copy->bytes; at += 8) {
        uint64_t word;
        struct hotspot_object object;
        char field[512];
        memcpy(&word, copy->data + at, 8);
        if (word < 4096 || find_in(scan->addresses, scan->address_count, word) == NULL ||
            !hotspot_object_find(scan->vm, &finder, copy->data, copy->from, copy->bytes, copy->from + at, &object) ||
            object.is_moving) {
            continue;
        }
        name_word(scan, copy->data, copy->from, copy->bytes, copy->from + at, &object, field, sizeof field);
        count_owner(scan, object.klass, field);
    }
}

/* Behind what is zeros alone, most of a heap, a few words at a time. */
static size_t pass_zeros(const unsigned char *data, size_t at, size_t bytes) {
    uint64_t words[8];
    while (at + sizeof words <= bytes) {
        memcpy(words, data + at, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) != 0) {
            break;
        }
        at += sizeof words;
    }
    return at;
}

static void take_reference(struct scan *scan, const struct copy *copy, size_t at, uint64_t word,
                           struct hotspot_finder *finder) {
    struct hotspot_object object;
    char field[512];
    uint64_t address = hotspot_oop_address(scan->vm, word);
    uint64_t *place = address == 0 ? NULL : find_in(scan->held, scan->held_count, address);
    if (place == NULL ||
        !hotspot_object_find(scan->vm, finder, copy->data, copy->from, copy->bytes, (copy->from + at) & ~UINT64_C(7),
                             &object) ||
        copy->from + at < object.at + 8) {
        return;
    }
    scan->is_held[place - scan->held] = true;
    name_word(scan, copy->data, copy->from, copy->bytes, copy->from + at, &object, field, sizeof field);
    count_owner(scan, object.klass, field);
}

/* References to the objects themselves. */
static void find_holders(struct scan *scan, const struct copy *copy) {
    enum { line = 64 };
    struct hotspot_finder finder = {0};
    size_t width = hotspot_oops_of(scan->vm).width;
    for (size_t at = pass_zeros(copy->data, 0, copy->bytes); at + width <= copy->bytes;) {
        uint32_t half;
        uint64_t word;
        if (width == sizeof half) {
            memcpy(&half, copy->data + at, sizeof half);
            word = half;
        } else {
            memcpy(&word, copy->data + at, sizeof word);
        }
        if (word != 0) {
            take_reference(scan, copy, at, word, &finder);
        }
        at += width;
        if (at % line == 0) {
            at = pass_zeros(copy->data, at, copy->bytes);
        }
    }
}

static uint32_t find_address_field(struct hotspot *vm, size_t klass) {
    for (uint32_t offset = 8; offset < 1024; offset++) {
        struct hotspot_field field;
        if (hotspot_field_at(vm, klass, offset, &field) && strcmp(field.name, "address") == 0) {
            return offset;
        }
    }
    return 0;
}

static size_t distinct(uint64_t *list, size_t count) {
    size_t kept = 0;
    qsort(list, count, sizeof *list, compare);
    for (size_t index = 0; index < count; index++) {
        if (list[index] != 0 && (kept == 0 || list[kept - 1] != list[index])) {
            list[kept++] = list[index];
        }
    }
    return kept;
}

static void print_owners(const struct scan *scan, const char *what) {
    for (size_t index = 0; index < scan->owner_count; index++) {
        printf("%s %s count %zu field %s\n", what, hotspot_class(scan->vm, scan->owners[index].klass)->name,
               scan->owners[index].count, scan->owners[index].field);
    }
}

static void look_at(struct scan *scan, const char *name) {
    scan->wanted = SIZE_MAX;
    for (size_t index = 0; index < hotspot_class_count(scan->vm); index++) {
        if (strcmp(hotspot_class(scan->vm, index)->name, name) == 0) {
            scan->wanted = index;
        }
    }
    scan->objects = scan->moving = scan->address_count = scan->owner_count = scan->held_count = 0;
    scan->address_at = scan->wanted == SIZE_MAX ? 0 : find_address_field(scan->vm, scan->wanted);
    for (size_t index = 0; index < scan->found_count; index++) {
        take_object(scan, &scan->found[index]);
    }
    scan->address_count = distinct(scan->addresses, scan->address_count);
    printf("objects %zu unparsed_words %zu\n", scan->found_count, scan->unparsed);
    printf("class %s objects %zu moving %zu addresses %zu field_at %u\n", name, scan->objects, scan->moving,
           scan->address_count, scan->address_at);
    if (scan->address_count > 0) {
        for (size_t index = 0; index < scan->copy_count; index++) {
            find_owners(scan, &scan->copies[index]);
        }
        print_owners(scan, "owner");
    }
    scan->owner_count = 0;
    scan->held_count = distinct(scan->held, scan->held_count);
    memset(scan->is_held, 0, scan->held_count);
    for (size_t index = 0; index < scan->copy_count; index++) {
        find_holders(scan, &scan->copies[index]);
    }
    size_t held = 0;
    for (size_t index = 0; index < scan->held_count; index++) {
        held += scan->is_held[index];
    }
    printf("held %zu of %zu\n", held, scan->held_count);
    print_owners(scan, "holder");
}

static void print_threads(struct hotspot *vm) {
    struct hotspot_thread *threads = NULL;
    size_t count = 0;
    double start = now_ms();
    (void)hotspot_threads(vm, &threads, &count);
    printf("threads %zu ms %.1f\n", count, now_ms() - start);
    for (size_t index = 0; index < count; index++) {
        printf("thread %d %s\n", (int)threads[index].tid, threads[index].name);
    }
    free(threads);
}

/* Their names were not in memory. */
static size_t count_unnamed(const struct hotspot *vm) {
    size_t count = 0;
    for (size_t index = 0; index < hotspot_class_count(vm); index++) {
        count += strcmp(hotspot_class(vm, index)->name, "?") == 0;
    }
    return count;
}

/* As the doctor looks for them, which needs no class. */
static void print_places(const struct target *target) {
    static const char *const kinds[] = {"heap", "gc", "code", "metaspace"};
    struct hotspot *vm;
    struct hotspot_place *list = NULL;
    size_t count = 0;
    const char *why;
    if (hotspot_open_places(target, &vm, &why).status != inspect_ok || vm == NULL) {
        return;
    }
    if (hotspot_places(vm, &list, &count).status == inspect_ok) {
        for (size_t index = 0; index < count; index++) {
            printf("place %" PRIx64 "-%" PRIx64 " %s\n", list[index].start, list[index].end, kinds[list[index].kind]);
        }
    }
    free(list);
    hotspot_close(vm);
}

static void print_statics(struct hotspot *vm, const char *class_name) {
    enum { reach = 256 };
    struct hotspot_field field;
    for (size_t klass = 0; klass < hotspot_class_count(vm); klass++) {
        if (strcmp(hotspot_class(vm, klass)->name, class_name) != 0) {
            continue;
        }
        for (uint32_t offset = 0; offset < reach; offset += 4) {
            if (hotspot_static_at(vm, klass, offset, &field)) {
                printf("static %s.%s %u\n", field.owner, field.name, offset);
            }
        }
    }
}

int main(int count, char **arguments) {
    static uint64_t addresses[addresses_most];
    static uint64_t held[addresses_most];
    static bool is_held[addresses_most];
    static struct scan scan = {.addresses = addresses, .held = held, .is_held = is_held};
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(30000, NULL, &cpu);
    struct target target;
    const char *why = "";
    if (count < 2) {
        return 2;
    }
    struct inspect_verdict verdict = target_open((pid_t)atoi(arguments[1]), &deadline, &target);
    if (verdict.status != inspect_ok) {
        printf("verdict %d %s\n", verdict.status, verdict.what);
        return 1;
    }
    print_places(&target);
    double start = now_ms();
    verdict = hotspot_open(&target, &scan.vm, &why);
    double opened = now_ms();
    if (scan.vm == NULL) {
        printf("verdict %d %s why %s ms %.1f\n", verdict.status, verdict.what, why, opened - start);
        target_close(&target);
        return verdict.status == inspect_ok ? 0 : 1;
    }
    printf("version %u collector %d classes %zu unnamed %zu open_ms %.1f\n", hotspot_version(scan.vm),
           (int)hotspot_collector_of(scan.vm), hotspot_class_count(scan.vm), count_unnamed(scan.vm), opened - start);
    struct hotspot_oops oops = hotspot_oops_of(scan.vm);
    printf("oops width %u base %" PRIx64 " shift %u\n", oops.width, oops.base, oops.shift);
    read_spaces(&scan);
    for (int index = 2; index < count; index++) {
        print_statics(scan.vm, arguments[index]);
        look_at(&scan, arguments[index]);
    }
    print_threads(scan.vm);
    forget_spaces(&scan);
    hotspot_close(scan.vm);
    target_close(&target);
    return 0;
}

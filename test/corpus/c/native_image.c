/* SPDX-License-Identifier: MIT */
/* Lies in memory as a native image of GraalVM does: the objects that were built into the program are a section of it,
 * which it maps a second time at the beginning of its heap, behind pages that nobody may touch. Chunks of the running
 * program follow, and what is left of the reservation. Linked without relocation, so that the section is a page's
 * multiple in the file. */
#include "ready.h"
#include <fcntl.h>

enum { image = 3 << 20, guard = 512 << 10, chunks = 83, chunk = 1 << 20 };
static const size_t reserved = (size_t)1 << 35;

__attribute__((section(".svm_heap"), aligned(65536))) static char built[image] = {1};

/* Where the section lies in the file: its first byte is where the program is mapped from that offset. */
static off_t offset_in_file(void) {
    unsigned long start, end, offset;
    char line[512];
    off_t found = -1;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 && (unsigned long)built >= start &&
            (unsigned long)built < end)
            found = (off_t)(offset + (unsigned long)built - start);
    if (maps)
        fclose(maps);
    return found;
}

int main(void) {
    off_t offset = offset_in_file();
    char *base = mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    int file = open("/proc/self/exe", O_RDONLY);
    if (offset < 0 || base == MAP_FAILED || file < 0)
        return 1;
    if (mmap(base + guard, image, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, offset) == MAP_FAILED)
        return 1;
    close(file);
    memset(base + guard, 1, image);
    /* Every other one is in use. */
    for (size_t i = 0; i < chunks; i++) {
        char *start = base + guard + image + 2 * i * chunk;
        if (mprotect(start, chunk, PROT_READ | PROT_WRITE))
            return 1;
        memset(start, 1, chunk);
    }
    return ready(image + (size_t)chunks * chunk);
}

/* A cleared block of a page is read, then written, as zlib does with its z_stream: one fault each, not one for the
 * kernel's page of zeros and one for its own. */
#include "expect.h"
#include <sys/resource.h>

enum { count = 2000, stream_bytes = 112 };

static long faults(void) {
    struct rusage usage;
    EXPECT(getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_minflt;
}

int main(void) {
    static char *blocks[count];
    memset(blocks, 1, sizeof blocks);
    long before = faults();
    for (int index = 0; index < count; index++) {
        blocks[index] = calloc(1, stream_bytes);
        EXPECT(blocks[index] != NULL);
        EXPECT(*(volatile char *)(blocks[index] + 8) == 0);
        blocks[index][8] = 1;
    }
    long taken = faults() - before;
    EXPECT(taken >= count);
    EXPECT(taken < count + count / 10); /* the table of blocks and the counters have pages as well */
}

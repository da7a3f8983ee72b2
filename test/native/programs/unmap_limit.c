/* Freeing every other block splits one mapping into many. At vm.max_map_count it is still safe, gives the pages back
 * and keeps errno. */
#include "expect.h"

int main(void) {
    enum { count = 150000 };
    static char *blocks[count];
    for (size_t index = 0; index < count; index++) {
        EXPECT((blocks[index] = malloc(page_size)) != NULL);
    }
    blocks[count - 2][0] = 1; /* resident */
    errno = E2BIG;
    for (size_t index = 0; index < count; index += 2) {
        free(blocks[index]);
    }
    EXPECT(errno == E2BIG);
    unsigned char resident = 1;
    EXPECT(mincore(blocks[count - 2], page_size, &resident) != 0 || (resident & 1) == 0);
    for (size_t index = 1; index < count; index += 2) {
        free(blocks[index]);
    }
}

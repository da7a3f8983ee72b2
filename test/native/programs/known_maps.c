/* SPDX-License-Identifier: MIT */
/* By a thread "mapper": 7 mmaps of a prime size, 5 of them unmapped, one grown to three times the size, and the break
 * raised by 11 pages. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

static void *work(void *argument) {
    void *maps[7];
    pthread_setname_np(pthread_self(), "mapper");
    EXPECT(sbrk(11L * page_size) != (void *)-1);
    for (int i = 0; i < 7; i++) {
        maps[i] = mmap(NULL, prime, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        EXPECT(maps[i] != MAP_FAILED);
    }
    for (int i = 0; i < 5; i++)
        EXPECT(munmap(maps[i], prime) == 0);
    EXPECT(mremap(maps[5], prime, 3L * prime, MREMAP_MAYMOVE) != MAP_FAILED);
    return argument;
}

int main(void) {
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, work, NULL) == 0 && pthread_join(thread, NULL) == 0);
    _exit(0);
}

/*
 * Blocks by owner, each kind of another size: a list in a global, blocks of the library argv[1], of a second thread's
 * stack and of its thread-local variable, of memory that the program mapped; freed ones, lost ones and a lost list.
 */
#include "expect.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sys/prctl.h>

enum { of_global = 211, of_list = 307, of_stack = 401, of_local = 419, of_mapping = 433, freed = 20, lost = 503 };
enum { of_lost_list = 101, mapped_large = 3 };
static void *volatile global[of_global];
static void *volatile *volatile list;
static char *volatile large[mapped_large];
static pthread_barrier_t are_made;

static void fill(void *volatile *blocks, int count, size_t bytes) {
    for (int index = 0; index < count; index++)
        EXPECT((blocks[index] = malloc(bytes)) != NULL && memset(blocks[index], 0, bytes) != NULL);
}

static void *volatile *make_list(int count, size_t bytes) {
    void *volatile *first = NULL;
    for (int index = 0; index < count; index++) {
        void *volatile *next = calloc(1, bytes);
        EXPECT(next != NULL);
        next[1] = (void *)first;
        first = next;
    }
    return first;
}

static void *work(void *argument) {
    static __thread void *volatile local[of_local];
    void *volatile on_stack[of_stack];
    prctl(PR_SET_NAME, "holder");
    fill(local, of_local, 1800);
    fill(on_stack, of_stack, 1900);
    pthread_barrier_wait(&are_made);
    pause();
    return argument != NULL ? on_stack[1] : local[1];
}

/* Nothing of theirs is left on the stack or in a register. */
__attribute__((noinline)) static void lose(void) {
    static const char text[] = "SELECT * FROM \x1b[2J lost";
    for (int index = 0; index < lost; index++) {
        void *volatile *block = malloc(777);
        EXPECT(block != NULL && memset((void *)block, 0, 777) != NULL);
        memcpy((void *)block, text, sizeof text);
    }
    EXPECT(make_list(of_lost_list, 888) != NULL);
}

__attribute__((noinline)) static void overwrite_stack(void) {
    volatile char bytes[64 << 10];
    memset((void *)bytes, 0, sizeof bytes);
}

int main(int count, char **arguments) {
    pthread_t thread;
    void *volatile *mapped = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    lose();
    overwrite_stack();
    EXPECT(mapped != MAP_FAILED && pthread_barrier_init(&are_made, NULL, 2) == 0);
    fill(global, of_global, 1000);
    list = make_list(of_list, 1100);
    fill(mapped, of_mapping, 1200);
    void *volatile gone[freed];
    fill(gone, freed, 40);
    for (int index = 0; index < freed; index++)
        free(gone[index]);
    for (int index = 0; index < mapped_large; index++)
        EXPECT((large[index] = calloc(1, 3 << 20)) != NULL);
    EXPECT(count < 2 || dlopen(arguments[1], RTLD_NOW) != NULL);
    EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&are_made);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && pause() == 0);
}

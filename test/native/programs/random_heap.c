/*
 * A heap as a seed and options (random_heap_options.h) say: threads take turns, one at a time, and so the same
 * arguments make the same heap. Says on stdout what it knows of it (random_heap_truth.h), then "ready". For each line
 * of stdin it calls malloc_trim(0) and says what that gave back.
 */
#define _GNU_SOURCE
#include "expect.h"
#include "random_heap_blocks.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { most_workers = 128, churn_slots = 256, stack_bytes = 256 << 10 };

static struct worker workers[most_workers];
static unsigned worker_count;
static sem_t turn_is_over;
static char output[1 << 16];
static void *probes[2]; /* the first blocks, and never freed */

static void take_by_mmap(void) {
    size_t bytes = (1 + below(64)) * page_size;
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(start != MAP_FAILED);
    start[below(bytes)] = 1;
}

static void take_or_block_brk(void) {
    static long long turns;
    if (turns == options.brk_turns) {
        block_brk();
    } else if (options.sbrk > 0 && (options.brk_turns < 0 || turns < options.brk_turns)) {
        take_by_sbrk(1 + below((uint64_t)options.sbrk));
    }
    turns++;
}

static void take_turn(struct worker *worker) {
    if (worker == workers) {
        take_or_block_brk();
    }
    for (long long left = options.mappings; left > 0; left--) {
        take_by_mmap();
    }
    allocate_some(worker);
    if (worker->count > 0) {
        resize_some(worker);
    }
    free_some(happens(options.handed) ? &workers[below(worker_count)] : worker);
    if (happens(options.trimmed)) {
        malloc_trim(0);
    }
}

static void *work(void *argument) {
    struct worker *worker = argument;
    do {
        EXPECT(sem_wait(&worker->turn) == 0);
        take_turn(worker);
        worker->turns_left--;
        EXPECT(sem_post(&turn_is_over) == 0);
    } while (worker->turns_left > 0);
    return worker->ends || sem_wait(&worker->turn) != 0 ? NULL : argument;
}

static void *churn(void *argument) {
    void *slots[churn_slots] = {NULL};
    for (uint64_t state = (uintptr_t)argument;;) {
        void **slot = &slots[next_random(&state) % churn_slots];
        free(*slot);
        EXPECT((*slot = malloc(random_size(&state))) != NULL);
    }
    return NULL;
}

static void start_thread(pthread_t *thread, void *(*routine)(void *), void *argument) {
    pthread_attr_t attributes;
    EXPECT(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
    EXPECT(pthread_create(thread, &attributes, routine, argument) == 0);
}

/* A thread begins with its first turn, so later ones have the arenas of those that have ended. */
static void give_turn(struct worker *worker) {
    if (worker == workers) {
        take_turn(worker);
        worker->turns_left--;
        return;
    }
    if (!worker->is_started) {
        worker->is_started = true;
        EXPECT(sem_init(&worker->turn, 0, 0) == 0);
        start_thread(&worker->thread, work, worker);
        note_piece(NULL);
    }
    EXPECT(sem_post(&worker->turn) == 0 && sem_wait(&turn_is_over) == 0);
    if (worker->turns_left == 0 && worker->ends) {
        EXPECT(pthread_join(worker->thread, NULL) == 0);
    }
}

static void take_all_turns(void) {
    for (long long left = options.turns * worker_count; left > 0; left--) {
        unsigned index = (unsigned)below(worker_count);
        while (workers[index].turns_left == 0) {
            index = (index + 1) % worker_count;
        }
        give_turn(&workers[index]);
    }
}

/* The parent only waits, and ends with its child. */
static void go_on_in_child(void) {
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child != 0) {
        _exit(waitpid(child, NULL, 0) == child ? 0 : 1);
    }
    EXPECT(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    take_turn(workers);
}

static void print_truth(void) {
    printf("glibc %s\npid %d\nmain_top %#zx\n", gnu_get_libc_version(), (int)getpid(), (size_t)main_top);
    print_pieces();
    print_blocks(probes, 2);
    for (unsigned index = 0; index < worker_count; index++) {
        print_blocks(workers[index].blocks, workers[index].count);
    }
    print_counts();
    EXPECT(printf("ready\n") > 0 && fflush(stdout) == 0);
}

int main(int argc, char **argv) {
    EXPECT(argc > 0 && setvbuf(stdout, output, _IOFBF, sizeof output) == 0);
    main_top = find_main_top(probes);
    read_options(argv + 1);
    random_state = (uint64_t)options.seed;
    worker_count = (unsigned)(1 + options.threads + options.ended);
    EXPECT(worker_count <= most_workers && sem_init(&turn_is_over, 0, 0) == 0);
    for (unsigned index = 0; index < worker_count; index++) {
        workers[index].turns_left = options.turns;
        workers[index].ends = index > options.threads;
    }
    take_all_turns();
    if (options.fork != 0) {
        go_on_in_child();
    }
    for (uintptr_t index = 0; index < (uintptr_t)options.churn; index++) {
        start_thread(&(pthread_t){0}, churn, (void *)(index + 1));
    }
    print_truth();
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;) {
        if (byte == '\n') {
            trim();
        }
    }
    _exit(0);
}

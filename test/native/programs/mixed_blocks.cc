// argv[1] threads, each of which makes argv[2] blocks of random sizes by every function there is, resizes some, and
// frees them in random order, some of them in another thread. Sizes change from one half to the other, so that pages
// are given back and become another size's.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>
#include <thread>
#include <vector>

enum { kept = 500, ways = 9 };

struct block {
    void *address = nullptr;
    int way = 0;
    size_t alignment = 16;
};

static std::atomic<void *> passed[64];
static std::atomic<unsigned long> to_start;

struct random_numbers {
    uint64_t state;
    size_t below(size_t limit) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<size_t>(state >> 33) % limit;
    }
};

static size_t size_of(random_numbers &random, bool is_second_half) {
    size_t most = size_t{1} << random.below(is_second_half ? 13 : 18);
    return random.below(most) + (is_second_half ? 8 : 0);
}

static block make(random_numbers &random, bool is_second_half) {
    size_t size = size_of(random, is_second_half), alignment = size_t{16} << random.below(9);
    int way = static_cast<int>(random.below(32));
    void *made = nullptr;
    switch (way) {
    case 0:
        made = std::calloc(3, size);
        break;
    case 1:
        made = std::realloc(nullptr, size + 1);
        break;
    case 2:
        made = aligned_alloc(alignment, alignment * (size / alignment + 1));
        break;
    case 3:
        made = posix_memalign(&made, alignment, size) == 0 ? made : nullptr;
        break;
    case 4:
    case 5:
        return {operator new(size), 4, alignment};
    case 6:
        return {operator new[](size, std::nothrow), 6, alignment};
    case 7:
        return {operator new(size, std::align_val_t(alignment)), 7, alignment};
    case 8:
        made = strndup("a text of some bytes", size % 20);
        break;
    default:
        made = std::malloc(size);
    }
    return {made, way < ways ? way : ways, alignment};
}

static void unmake(const block &old) {
    switch (old.way) {
    case 4:
        return operator delete(old.address);
    case 6:
        return operator delete[](old.address, std::nothrow);
    case 7:
        return operator delete(old.address, std::align_val_t(old.alignment));
    default:
        std::free(old.address);
    }
}

static void work(uint64_t seed, size_t count) {
    // All live at once: a stack that another thread has left is taken again, and what libc keeps for each thread with
    // it.
    for (to_start--; to_start > 0;) {
        std::this_thread::yield();
    }
    random_numbers random{seed};
    std::vector<block> blocks(kept);
    for (size_t index = 0; index < count; index++) {
        block &place = blocks[random.below(kept)];
        if (place.way != 4 && place.way < 6 && place.address != nullptr && random.below(4) == 0) {
            void *resized = std::realloc(place.address, size_of(random, index > count / 2) + 1);
            place.address = resized == nullptr ? place.address : resized;
        } else if (place.way == ways && random.below(4) == 0) {
            std::free(passed[random.below(64)].exchange(place.address));
            place = make(random, index > count / 2);
        } else {
            unmake(place);
            place = make(random, index > count / 2);
        }
        if (place.address == nullptr) {
            std::abort();
        }
    }
    for (const block &left : blocks) {
        unmake(left);
    }
}

int main(int argc, char **argv) {
    unsigned long threads = argc > 2 ? std::strtoul(argv[1], nullptr, 10) : 0;
    to_start = threads;
    std::vector<std::thread> running;
    for (unsigned long index = 0; index < threads; index++) {
        running.emplace_back(work, index + 1, std::strtoul(argv[2], nullptr, 10));
    }
    for (std::thread &thread : running) {
        thread.join();
    }
    for (std::atomic<void *> &left : passed) {
        std::free(left.exchange(nullptr));
    }
}

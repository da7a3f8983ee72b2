/* SPDX-License-Identifier: MIT */
#include "thread_list.h"

#include "../../inspect/list_room.h"

enum { threads_most = 1 << 18, first_capacity = 256 };

static bool add(uint64_t **list, size_t *count, size_t *capacity, uint64_t thread) {
    uint64_t *larger = list_with_room(*list, *count, capacity, first_capacity, sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    *list = larger;
    larger[(*count)++] = thread;
    return true;
}

/* ThreadsSMRSupport (runtime/threadSMR.hpp) from 11 on; before, each thread has the next one. */
uint64_t *thread_list_read(const struct hotspot *vm, size_t *count) {
    uint64_t *list = NULL;
    size_t capacity = 0;
    uint64_t threads = vm_static_word(vm->tables, vm->memory, "ThreadsSMRSupport::_java_thread_list");
    uint64_t next_at = vm_offset(vm->tables, "JavaThread::_next");
    uint64_t thread;
    int32_t length;
    *count = 0;
    if (vm_read_int(vm->memory, threads, vm_offset(vm->tables, "ThreadsList::_length"), &length)) {
        uint64_t items;
        if (!vm_read_word(vm->memory, threads, vm_offset(vm->tables, "ThreadsList::_threads"), &items)) {
            return NULL;
        }
        for (int32_t index = 0; index < length && index < threads_most; index++) {
            if (!vm_read_word(vm->memory, items + (uint64_t)index * 8, 0, &thread) ||
                !add(&list, count, &capacity, thread)) {
                break;
            }
        }
        return list;
    }
    thread = vm_static_word(vm->tables, vm->memory, "Threads::_thread_list");
    while (thread != 0 && *count < threads_most && add(&list, count, &capacity, thread) &&
           vm_read_word(vm->memory, thread, next_at, &thread)) {
    }
    return list;
}

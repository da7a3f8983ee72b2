/* SPDX-License-Identifier: MIT */
#include "fields.h"
#include "java_string.h"
#include "thread_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where a JavaThread (runtime/javaThread.hpp) and its parts have what of them is read. */
struct thread_layout {
    uint64_t os_thread_at;
    uint64_t tid_at;
    uint64_t object_at;
    bool has_handle; /* the object is behind an OopHandle, as from 17 on */
    uint32_t name_at;
    struct string_layout strings;
};

static void read_layout(const struct hotspot *vm, struct thread_layout *layout) {
    layout->os_thread_at = vm_offset(vm->tables, "JavaThread::_osthread|Thread::_osthread");
    layout->tid_at = vm_offset(vm->tables, "OSThread::_thread_id");
    layout->object_at = vm_offset(vm->tables, "JavaThread::_threadObj");
    layout->has_handle = vm_offset(vm->tables, "OopHandle::_obj") != vm_absent;
    layout->name_at = 0;
    for (size_t index = 0; layout->name_at == 0 && index < vm->classes.count; index++) {
        if (strcmp(vm->classes.list[index].name, "java.lang.Thread") == 0) {
            layout->name_at = fields_find(vm, index, "name");
        }
    }
    string_layout_read(vm, &layout->strings);
}

static uint64_t object_of(const struct hotspot *vm, const struct thread_layout *layout, uint64_t thread) {
    uint64_t word;
    if (!vm_read_word(vm->memory, thread, layout->object_at, &word) ||
        (layout->has_handle && !vm_read_word(vm->memory, word, 0, &word))) {
        return 0;
    }
    /* A handle has an address of the heap's full width, coloured where the heap's are. */
    return vm->layout.oops.width == 8 ? hotspot_oop_address(vm, word) : word;
}

static void read_thread(const struct hotspot *vm, const struct thread_layout *layout, struct hotspot_thread *thread) {
    uint64_t os_thread;
    int32_t tid;
    thread->object_bytes_hint = vm_size(vm->tables, "JavaThread");
    if (vm_read_word(vm->memory, thread->address, layout->os_thread_at, &os_thread) &&
        vm_read_int(vm->memory, os_thread, layout->tid_at, &tid)) {
        thread->tid = tid;
    }
    uint64_t name = java_reference(vm, object_of(vm, layout, thread->address), layout->name_at);
    if (name != 0) {
        java_string_read(vm, &layout->strings, name, thread->name, sizeof thread->name);
    }
}

/* Where ZGC has an object is told by its pages. */
static void refresh(struct hotspot *vm) {
    struct hotspot_space *spaces = NULL;
    size_t count;
    if (vm->collector == hotspot_z) {
        (void)hotspot_spaces(vm, &spaces, &count);
    }
    free(spaces);
    vm_memory_forget(vm->memory);
}

struct inspect_verdict hotspot_threads(struct hotspot *vm, struct hotspot_thread **list, size_t *count) {
    struct thread_layout layout;
    size_t found = 0;
    *count = 0;
    refresh(vm);
    read_layout(vm, &layout);
    uint64_t *threads = thread_list_read(vm, &found);
    struct hotspot_thread *room = found == 0 ? NULL : realloc(*list, found * sizeof *room);
    if (found > 0 && room == NULL) {
        free(threads);
        return inspect_failure("memory", ENOMEM);
    }
    *list = room == NULL ? *list : room;
    for (size_t index = 0; index < found && !deadline_is_over_at(vm->target->deadline, index); index++) {
        room[index] = (struct hotspot_thread){.address = threads[index]};
        read_thread(vm, &layout, &room[index]);
        *count = index + 1;
    }
    free(threads);
    return deadline_verdict(vm->target->deadline, "reading the names of Java's threads");
}

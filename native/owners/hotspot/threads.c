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

static bool is_printable(const char *text) {
    size_t length = 0;
    while (text[length] >= ' ' && text[length] <= '~') {
        length++;
    }
    return length > 0 && text[length] == '\0';
}

bool hotspot_is_thread(struct hotspot *vm, uint64_t address, pid_t tid, char *name, size_t bytes) {
    uint64_t os_thread;
    uint64_t text;
    int32_t own;
    uint64_t name_at = vm_size(vm->tables, "NonJavaThread");
    name_at = name_at == 0 ? vm_size(vm->tables, "Thread") : name_at;
    name[0] = '\0';
    if (!vm_read_word(vm->memory, address, vm_offset(vm->tables, "Thread::_osthread|JavaThread::_osthread"),
                      &os_thread) ||
        !vm_read_int(vm->memory, os_thread, vm_offset(vm->tables, "OSThread::_thread_id"), &own) || own != tid) {
        return false;
    }
    bool is_named = name_at != 0 && vm_read_word(vm->memory, address, name_at, &text) && text != 0 &&
                    vm_read_text(vm->memory, text, name, bytes) && is_printable(name);
    if (!is_named) {
        name[0] = '\0';
    }
    return true;
}

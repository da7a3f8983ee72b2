/* SPDX-License-Identifier: MIT */
#include "vm.h"

#include <string.h>

static size_t class_in(const struct hotspot *vm, const unsigned char *object, size_t bytes, int32_t place) {
    uint64_t klass;
    if (place <= 0 || bytes < (size_t)place + sizeof klass) {
        return SIZE_MAX;
    }
    memcpy(&klass, object + place, sizeof klass);
    return klass == 0 ? SIZE_MAX : class_table_find(&vm->classes, klass);
}

/* classfile/javaClasses.hpp: the JVM adds the field `klass` to java.lang.Class; int.class and its like have none. */
size_t hotspot_mirrored(const struct hotspot *vm, const unsigned char *object_bytes, size_t bytes) {
    return class_in(vm, object_bytes, bytes, vm->layout.mirror_klass_at);
}

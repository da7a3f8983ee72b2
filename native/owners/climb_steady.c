/* SPDX-License-Identifier: MIT */
#include "climb_steady.h"

#include <string.h>

enum {
    most_asked = 2048,
    header_bytes = 24,
    tolerated_part = 20,
};

static bool is_of_class(const struct climb *climb, uint64_t at, uint32_t klass) {
    unsigned char header[header_bytes];
    struct hotspot_object object;
    return hotspot_read(climb->vm, at, header, sizeof header) &&
           hotspot_object_at(climb->vm, header, at, sizeof header, at, &object) && object.at == at &&
           object.klass == klass;
}

static bool refers(const struct climb *climb, uint64_t field, uint64_t object) {
    const struct hotspot_oops oops = hotspot_oops_of(climb->vm);
    uint64_t word = 0;
    if (!hotspot_read(climb->vm, field, &word, oops.width)) {
        return false;
    }
    uint64_t address =
        oops.width == sizeof(uint32_t) ? oops.base + (word << oops.shift) : hotspot_oop_address(climb->vm, word);
    return address == object;
}

/* Of an array it is not known which of its elements it was. */
static bool is_there(const struct climb *climb, const struct keeping *kept) {
    uint64_t holder = climb->objects.addresses[kept->holder];
    return is_of_class(climb, holder, kept->klass) &&
           (kept->offset == 0 || refers(climb, holder + kept->offset, climb->objects.addresses[kept->held]));
}

bool climb_is_steady(const struct climb *climb) {
    size_t step = climb->kept_count / most_asked + 1;
    size_t asked = 0;
    size_t gone = 0;
    for (size_t index = 0; index < climb->kept_count; index += step) {
        asked++;
        gone += !is_there(climb, &climb->kept[index]);
    }
    return gone * tolerated_part <= asked;
}

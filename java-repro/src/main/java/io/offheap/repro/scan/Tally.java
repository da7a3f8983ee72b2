// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import java.util.HashSet;
import java.util.Set;

/** What was read. Every figure is a sum or a union, so it does not depend on which thread read what, and when. */
public final class Tally {
    private int streams;
    private int classes;
    private long bytes;
    private long checksum;
    private final Set<String> superclasses = new HashSet<>();

    void addStream(int size, long crc) {
        streams++;
        bytes += size;
        // A sum and not XOR: a class read twice would cancel itself.
        checksum += crc;
    }

    void addClass(String superName) {
        classes++;
        checksum = checksum + superName.hashCode();
        superclasses.add(superName);
    }

    void add(Tally other) {
        streams += other.streams;
        classes += other.classes;
        bytes += other.bytes;
        checksum += other.checksum;
        superclasses.addAll(other.superclasses);
    }

    @Override
    public String toString() {
        return "streams=" + streams + " classes=" + classes + " superclasses=" + superclasses.size() + " bytes=" + bytes
                + " checksum=" + Long.toHexString(checksum);
    }
}

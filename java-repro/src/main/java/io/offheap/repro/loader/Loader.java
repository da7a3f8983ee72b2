// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

/** Whose way of reading a class is followed. */
public enum Loader {
    LEAKY(1),
    HALF(2),
    FIXED(1),
    JDK(0),
    /** A released Spring Boot loader, by its own classes. */
    BOOT(0);

    private final int inflatersPerStream;

    Loader(int inflatersPerStream) {
        this.inflatersPerStream = inflatersPerStream;
    }

    public int inflatersPerStream() {
        return inflatersPerStream;
    }
}

// SPDX-License-Identifier: MIT

/** What malloc says of itself in this process: all its blocks in use, as chunks. */
final class Malloc {
    private Malloc() {}

    static void load() {
        System.load(System.getProperty("jni"));
    }

    static native long bytesInUse();
}

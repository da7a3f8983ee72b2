// SPDX-License-Identifier: MIT

/** What leads to a table of a native library, as a database's handle leads to its cache. */
final class NativePager {
    final long handle;

    NativePager(long table) {
        handle = make(table);
    }

    private static native long make(long table);
}

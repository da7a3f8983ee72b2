// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.zip.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Opens the inflated bytes of an entry. Shared by all threads. */
public interface EntryReader extends Closeable {
    InputStream open(Entry entry) throws IOException;
}

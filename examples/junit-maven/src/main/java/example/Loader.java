// SPDX-License-Identifier: MIT
package example;

import java.io.IOException;

/** Reads the entries of a jar. */
public interface Loader {
    /** @param deflated the bytes of an entry as a zip file has them */
    byte[] read(byte[] deflated) throws IOException;
}

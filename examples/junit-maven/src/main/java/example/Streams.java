// SPDX-License-Identifier: MIT
package example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

final class Streams {
    private Streams() {}

    /** Java 8 has none. */
    static byte[] readAll(InputStream stream) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) bytes.write(buffer, 0, count);
        return bytes.toByteArray();
    }
}

// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as the annotations and the messages have them. */
final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12}) ?([KMG]?)i?B", Pattern.CASE_INSENSITIVE);

    private ByteSize() {}

    /**
     * Bytes of "10MB", in powers of 1024.
     *
     * @param where the annotation's element, for the message
     * @throws IllegalArgumentException when the text is of another form, or beyond 2^53 bytes
     */
    static long parse(String text, String where) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            long number = Long.parseLong(form.group(1));
            int shift = 10 * " KMG".indexOf(form.group(2).isEmpty() ? " " : form.group(2).toUpperCase(Locale.ROOT));
            if (number <= (1L << 53) >> shift) return number << shift;
        }
        throw new IllegalArgumentException("Expected " + where + " to be a size such as \"10MB\", \"512KB\" or \"4096B\", found \""
                + text + "\".");
    }

    /** "1,277,696 bytes (1.2 MiB)". */
    static String format(long bytes) {
        String exact = String.format(Locale.ROOT, "%,d bytes", bytes);
        return Math.abs(bytes) < 1024 ? exact : exact + " (" + brief(bytes) + ")";
    }

    /** "1.2 MiB". */
    static String brief(long bytes) {
        double size = bytes;
        String unit = "bytes";
        for (String next : new String[] {"KiB", "MiB", "GiB"}) {
            if (Math.abs(size) < 1024) break;
            size /= 1024;
            unit = next;
        }
        if (unit.equals("bytes")) return bytes + " bytes";
        return String.format(Locale.ROOT, Math.abs(size) < 9.95 ? "%.1f %s" : "%.0f %s", size, unit);
    }
}

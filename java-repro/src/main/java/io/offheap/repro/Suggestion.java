// SPDX-License-Identifier: MIT
package io.offheap.repro;

import java.util.Collection;
import java.util.Comparator;

/** " Did you mean …?" when something close enough exists, else nothing. */
final class Suggestion {
    private static final int MAX_EDITS = 2;

    private Suggestion() {}

    static String near(String found, Collection<String> known) {
        return known.stream()
                .filter(candidate -> edits(found, candidate) <= MAX_EDITS)
                .min(Comparator.comparingInt(candidate -> edits(found, candidate)))
                .map(candidate -> " Did you mean " + candidate + "?")
                .orElse("");
    }

    /** Levenshtein's distance, one row at a time. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}

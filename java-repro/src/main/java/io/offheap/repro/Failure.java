// SPDX-License-Identifier: MIT
package io.offheap.repro;

/** A foreseen failure. The message is a sentence for a person: what was expected, what was found and what cures it. */
public class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message, null, false, false);
    }

    int exitCode() {
        return 1;
    }
}

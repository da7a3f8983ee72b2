// SPDX-License-Identifier: MIT
package io.offheap.repro;

/** The command line was wrong: nothing has been done yet. */
public final class UsageError extends Failure {
    private static final long serialVersionUID = 1;

    public UsageError(String message) {
        super(message + " Try --help.");
    }

    @Override
    int exitCode() {
        return 2;
    }
}

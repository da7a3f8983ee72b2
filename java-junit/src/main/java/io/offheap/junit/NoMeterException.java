// SPDX-License-Identifier: MIT
package io.offheap.junit;

/** This JVM runs without offheap's meter; the message says how it gets it. */
public final class NoMeterException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NoMeterException(String other) {
        super("Expected offheap's meter in this JVM, found "
                + (other == null ? "none" : "only the counters that are written by " + other)
                + ". Preload it: LD_PRELOAD=$(npx offheap allocators --path=meter), in Maven's Surefire as "
                + "<environmentVariables><LD_PRELOAD>PATH</LD_PRELOAD></environmentVariables>, in Gradle as "
                + "test { environment 'LD_PRELOAD', 'PATH' }; and leave OFFHEAP_COUNTERS unset.");
    }
}

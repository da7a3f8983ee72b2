// SPDX-License-Identifier: MIT

/** A JVM that does nothing. */
final class Idle {
    public static void main(String[] args) throws Exception {
        Program.ready(0);
    }
}

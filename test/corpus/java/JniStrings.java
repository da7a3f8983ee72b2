// SPDX-License-Identifier: MIT

/** A binding that asks the JVM for the bytes of each string and never calls ReleaseStringUTFChars. */
final class JniStrings {
    static final int CALLS = 30_011;
    static final int LETTERS = 7_001;

    private JniStrings() {}

    private static native long length(String text);

    public static void main(String[] args) throws Exception {
        System.load(args[0]);
        String text = "o".repeat(LETTERS);
        long bytes = 0;
        // Each copy ends with a zero.
        for (int i = 0; i < CALLS; i++) bytes += length(text) + 1;
        if (bytes != (long) CALLS * (LETTERS + 1)) throw new AssertionError(bytes);
        Program.ready(bytes);
    }
}

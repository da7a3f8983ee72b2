// SPDX-License-Identifier: MIT

/** A service that needs little, whose health check makes much garbage: the heap grows to its bound, which does not fit its container, and no collection gives it back. */
final class HealthChecks {
    static final int CHECKS = 1_501;
    static final int MODEL = 1_048_573;
    static final byte[][] NEEDED = new byte[23][];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < NEEDED.length; i++) NEEDED[i] = new byte[MODEL];
        long sum = 0;
        for (int i = 0; i < CHECKS; i++) sum += check(i);
        if (sum < 0) throw new AssertionError(sum);
        Program.ready((long) NEEDED.length * MODEL);
    }

    private static long check(int number) {
        byte[][] model = new byte[7][MODEL / 7];
        model[number % 7][number % 1_009] = 1;
        return model[number % 7].length;
    }
}

// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs of a test method in series, against a {@link NoNativeGrowth}. */
final class GrowthCheck {
    private static final int FEWEST_REPEATS = 5;
    private static final int MOST_REPEATS = 10_000;

    private final NoNativeGrowth growth;
    private final long tolerance;
    private final Settling settling;

    GrowthCheck(NativeMemory memory, NoNativeGrowth growth) {
        this.growth = growth;
        tolerance = ByteSize.parse(growth.tolerance(), "the tolerance of @NoNativeGrowth");
        require("warmups", growth.warmups(), 1);
        require("repeats", growth.repeats(), FEWEST_REPEATS);
        settling = new Settling(memory, growth.collect());
    }

    private static void require(String what, int number, int fewest) {
        if (number >= fewest && number <= MOST_REPEATS) return;
        throw new IllegalArgumentException("Expected " + what + " of @NoNativeGrowth to be from " + fewest + " to " + MOST_REPEATS
                + ", found " + number + ".");
    }

    /** @throws AssertionError when native memory grows in two series */
    void run(Invocation<Void> first, ReflectiveInvocationContext<Method> call) throws Throwable {
        // JUnit lets an invocation go on once. It is the first warm-up; the other runs call the method.
        first.proceed();
        for (int run = 1; run < growth.warmups(); run++) repeat(call);
        if (!grows(new SenSlope(series(call)))) return;
        OwnersLook before = OwnersCommand.look();
        long[] readings = series(call);
        SenSlope slope = new SenSlope(readings);
        if (!grows(slope)) return;
        throw new AssertionError(message(readings, slope) + '\n' + OwnersCommand.look().grownSince(before));
    }

    /** More than is tolerated, and by more than chance: leaps of a JIT compiler are of no direction. */
    private boolean grows(SenSlope slope) {
        return slope.median > tolerance && slope.lower > 0;
    }

    /** Live bytes before the first run of it and after each: one more than there are runs. */
    private long[] series(ReflectiveInvocationContext<Method> call) throws Throwable {
        long[] readings = new long[growth.repeats() + 1];
        // What others left is freed by then, and not in the middle of the series.
        readings[0] = settling.liveBytesPatiently();
        for (int run = 1; run < readings.length; run++) {
            repeat(call);
            readings[run] = settling.liveBytes();
        }
        return readings;
    }

    private static void repeat(ReflectiveInvocationContext<Method> call) throws Throwable {
        Method method = call.getExecutable();
        method.setAccessible(true);
        try {
            method.invoke(call.getTarget().orElse(null), call.getArguments().toArray());
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private String message(long[] readings, SenSlope slope) {
        long last = readings[readings.length - 1];
        return "Native memory grows by " + ByteSize.format(Math.round(slope.median)) + " with each run of the test, in two series of "
                + growth.repeats() + " runs.\nLive bytes of malloc "
                + (growth.collect() ? "after a collection" : "without a collection") + ", in the second series: from "
                + ByteSize.format(readings[0]) + " to " + ByteSize.format(last) + ".\nBy Sen's slope it is more than "
                + ByteSize.format((long) Math.floor(slope.lower)) + " per run, with 95 % confidence; tolerated are "
                + ByteSize.format(tolerance) + '.';
    }
}

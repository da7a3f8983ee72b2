// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What JUnit makes of tests with the annotations; each is run by itself. */
class NativeMemoryExtensionTest {
    private static final List<Object> KEPT = new ArrayList<>();
    private static int calls;
    private static int setUps;

    /** The patients. Surefire leaves nested classes to this test. */
    static class Patients {
        @BeforeEach
        void setUp() {
            setUps++;
        }

        @Test
        @LimitNative("1MB")
        void keepsThree() {
            for (int count = 0; count < 3; count++) KEPT.add(ByteBuffer.allocateDirect(1_000_003));
        }

        @Test
        @LimitNative("1MB")
        void leavesThreeToTheCollector() {
            for (int count = 0; count < 3; count++) ByteBuffer.allocateDirect(1_000_003);
        }

        @Test
        @LimitNative(value = "1MB", collect = false)
        void leavesThreeUncollected() {
            for (int count = 0; count < 3; count++) ByteBuffer.allocateDirect(1_000_003);
        }

        @Test
        @NoNativeGrowth(warmups = 2, repeats = 10)
        void keepsOneEachTime() {
            calls++;
            KEPT.add(ByteBuffer.allocateDirect(10_007));
        }

        @Test
        @NoNativeGrowth(warmups = 2, repeats = 10)
        void endsItsInflater() {
            calls++;
            new Inflater(true).end();
        }

        @Test
        @NoNativeGrowth(repeats = 4)
        void repeatsTooFewTimes() {}

        @Test
        @LimitNative("10 apples")
        void isOfNoSize() {}

        @Test
        @NoNativeGrowth
        void failsByItself() {
            if (++calls == 5) throw new IllegalArgumentException("the fifth call");
        }

        @RepeatedTest(2)
        @LimitNative("1MB")
        void keepsThreeTwice() {
            keepsThree();
        }
    }

    @LimitNative("1MB")
    static class OfAClass {
        @Test
        void keepsThree() {
            new Patients().keepsThree();
        }

        @Test
        @LimitNative("8MB")
        void mayKeepMore() {
            new Patients().keepsThree();
        }
    }

    @BeforeEach
    void needsTheMeter() {
        calls = 0;
        setUps = 0;
        try {
            NativeMemory.ofThisProcess();
        } catch (NoMeterException none) {
            assumeTrue(false, none.getMessage());
        }
    }

    @AfterEach
    void letGo() {
        KEPT.clear();
    }

    private static Events run(Class<?> type, String method) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectMethod(type, method)).execute().testEvents();
    }

    private static String failureOf(Class<?> type, String method) {
        Events events = run(type, method);
        assertEquals(1, events.failed().count(), method);
        return events.failed().stream().findFirst().get().getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                .getThrowable().get().getMessage();
    }

    private static void assertPasses(Class<?> type, String method) {
        run(type, method).assertStatistics(all -> all.started(1).succeeded(1));
    }

    @Test
    void aLimitFailsWithTheFigures() {
        Pattern pattern = Pattern.compile("The test leaves ([\\d,]+) bytes \\([\\d.]+ MiB\\) of native memory, more than the 1,048,576 bytes "
                + "\\(1\\.0 MiB\\) of @LimitNative\\(\"1MB\"\\)\\.\nLive bytes of malloc after a collection: before the test [^\n]+\n"
                + "Owners are not named: the command offheap was not found\\..*");
        assertIsNear(3 * 1_000_008, 256 << 10, pattern, Patients.class, "keepsThree");
    }

    /**
     * What the message tells, in one of five runs: the JVM and Surefire take and free some KB meanwhile, and a thread of the collector a MiB.
     */
    private static void assertIsNear(long expected, long distance, Pattern pattern, Class<?> type, String method) {
        List<Long> found = new ArrayList<>();
        for (int trial = 0; trial < 5; trial++) {
            KEPT.clear();
            calls = 0;
            setUps = 0;
            String message = failureOf(type, method);
            Matcher figures = pattern.matcher(message);
            assertTrue(figures.matches(), message);
            found.add(Long.parseLong(figures.group(1).replace(",", "")));
            if (Math.abs(found.get(trial) - expected) < distance) return;
        }
        fail(found + " bytes, expected " + expected);
    }

    @Test
    void whatTheCollectorFreesIsNotLeft() {
        assertPasses(Patients.class, "leavesThreeToTheCollector");
        assertTrue(failureOf(Patients.class, "leavesThreeUncollected").contains("Live bytes of malloc without a collection: "));
    }

    @Test
    void growthFailsWithTheGrowthOfEachRun() {
        Pattern pattern = Pattern.compile("Native memory grows by ([\\d,]+) bytes \\([\\d.]+ KiB\\) with each run of the test, in two series "
                + "of 10 runs\\.\n.*\nBy Sen's slope it is more than [\\d,]+ bytes .*per run, with 95 % confidence; tolerated are "
                + "4,096 bytes \\(4\\.0 KiB\\)\\.\nOwners are not named: .*");
        assertIsNear(10_008, 4_096, pattern, Patients.class, "keepsOneEachTime");
        assertEquals(2 + 10 + 10, calls);
        assertEquals(1, setUps);
    }

    @Test
    void noGrowthIsOneSeries() {
        assertPasses(Patients.class, "endsItsInflater");
        assertEquals(2 + 10, calls);
    }

    @Test
    void wrongValuesAreRefusedInASentence() {
        assertEquals("Expected repeats of @NoNativeGrowth to be from 5 to 10000, found 4.", failureOf(Patients.class, "repeatsTooFewTimes"));
        assertEquals("Expected the value of @LimitNative to be a size such as \"10MB\", \"512KB\" or \"4096B\", found \"10 apples\".",
                failureOf(Patients.class, "isOfNoSize"));
    }

    @Test
    void aFailureOfTheTestIsItsOwn() {
        assertEquals("the fifth call", failureOf(Patients.class, "failsByItself"));
    }

    @Test
    void eachCallOfARepeatedTestIsMeasured() {
        run(Patients.class, "keepsThreeTwice").assertStatistics(all -> all.started(2).failed(2));
    }

    @Test
    void theLimitOfAMethodComesBeforeThatOfItsClass() {
        failureOf(OfAClass.class, "keepsThree");
        assertPasses(OfAClass.class, "mayKeepMore");
    }
}

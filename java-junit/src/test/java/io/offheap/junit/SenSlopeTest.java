// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SenSlopeTest {
    @Test
    void ofALineIsItsSlope() {
        long[] line = new long[11];
        for (int index = 0; index < line.length; index++) line[index] = 1_000 + 39_929L * index;
        SenSlope slope = new SenSlope(line);
        assertEquals(39_929, slope.median);
        assertEquals(39_929, slope.lower);
    }

    /** By hand: the slopes are 0, 1, 4/3, 3/2, 3/2, 7/4, 2, 2, 3, 3; the interval begins at rank floor((10 - 6.715) / 2) = 1. */
    @Test
    void ofFiveReadings() {
        SenSlope slope = new SenSlope(new long[] {0, 1, 4, 4, 7});
        assertEquals(1.625, slope.median);
        assertEquals(1, slope.lower);
    }

    @Test
    void aLeapIsNoGrowth() {
        SenSlope slope = new SenSlope(new long[] {100, 100, 100, 100, 5_000_000, 5_000_000, 5_000_000, 5_000_000, 5_000_000, 5_000_000, 5_000_000});
        assertEquals(0, slope.lower);
    }

    @Test
    void growthShowsThoughTheFirstReadingIsTooHigh() {
        assertEquals(10_008, new SenSlope(new long[] {90_000, 10_008, 20_016, 30_024, 40_032, 50_040, 60_048, 70_056}).lower);
    }

    @Test
    void growthShowsThroughALeap() {
        long[] readings = new long[11];
        for (int index = 0; index < readings.length; index++) readings[index] = 40_000L * index + (index == 6 ? 3_000_000 : 0);
        assertEquals(40_000, new SenSlope(readings).median);
        assertTrue(new SenSlope(readings).lower > 4_096);
    }
}

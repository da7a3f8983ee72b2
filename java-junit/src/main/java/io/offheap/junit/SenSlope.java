// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.util.Arrays;

/**
 * Growth per step of equally spaced readings, whatever leaps some of them make: P. K. Sen, Estimates of the regression coefficient
 * based on Kendall's tau, JASA 63 (1968).
 */
final class SenSlope {
    /** Of the normal distribution: 5 % are above. */
    private static final double Z = 1.644854;

    /** The median of the slopes between all pairs. */
    final double median;
    /** The lower end of their interval: of readings without a trend, 5 in 100 series have it above 0. */
    final double lower;

    /** @param readings at least 5 */
    SenSlope(long[] readings) {
        int n = readings.length;
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int from = 0; from < n; from++) {
            for (int to = from + 1; to < n; to++) slopes[count++] = (double) (readings[to] - readings[from]) / (to - from);
        }
        Arrays.sort(slopes);
        median = (slopes[(count - 1) / 2] + slopes[count / 2]) / 2;
        double width = Z * Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        lower = slopes[(int) Math.max(0, Math.floor((count - width) / 2))];
    }
}

// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Runs a test method again and again, and fails when native memory grows with each run.
 *
 * <p>First come {@code warmups} runs, and then a series of {@code repeats}. After each run the live bytes of malloc are read, as
 * {@link LimitNative} has them. The growth per run is Sen's slope: the median of the slopes between all pairs of readings. A series
 * grows when that is above {@code tolerance} and the lower end of its interval is above 0, which 5 of 100 series without a trend
 * have (Sen, 1968; from the variance of Kendall's S). A leap of the JIT compiler is no such growth. Then a second series is run, and
 * the test fails when both grow.
 *
 * <p>The method is called by itself each time. {@code @BeforeEach} and {@code @AfterEach} are called once, around all runs.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NativeMemoryExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface NoNativeGrowth {
    /** Runs before the first reading: classes are loaded, caches filled, code compiled. At least 1. */
    int warmups() default 3;

    /** Runs of a series, each followed by a reading. From 5, below which chance alone may look like growth, to 10,000. */
    int repeats() default 10;

    /** Growth per run that is none: a whole number and B, KB, MB or GB, in powers of 1024. */
    String tolerance() default "4KB";

    /** Whether the collector runs before each reading. With {@code false}, memory counts that waits for it. */
    boolean collect() default true;
}

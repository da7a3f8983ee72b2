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
 * Fails a test that leaves more native memory behind than this.
 *
 * <p>Measured are the live bytes of malloc in the whole process, as offheap's meter counts them: after the test method, less before
 * it. Both are read once the garbage collector and the Cleaners are done. It is what blocks hold that are allocated and not freed,
 * resident or not. It is not RSS, and not what the JVM maps by itself: heap, metaspace, code cache, thread stacks.
 *
 * <p>The JVM's own malloc counts as well. A JIT compiler takes and gives back megabytes, so a limit below one is of little use:
 * {@link NoNativeGrowth} finds small leaks.
 *
 * <p>On a class it is for each test method of it, one at a time. A method's own limit comes first. Where tests run in parallel,
 * none runs beside this one. Without the meter the test is skipped, and the reason says how to have it.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NativeMemoryExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface LimitNative {
    /** The most that may be left: a whole number and B, KB, MB or GB, in powers of 1024. For example "10MB". */
    String value();

    /**
     * Whether the collector runs before each reading. With {@code false}, memory counts that waits for it, unless it runs by itself
     * in the middle of the test.
     */
    boolean collect() default true;
}

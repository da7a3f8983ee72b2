// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import io.offheap.repro.Failure;
import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Counts Inflaters that somebody else has made, by the JVM's own class histogram. Each of them has an object that its Cleaner holds until the
 * native memory is freed; so after a collection as many are left as still hold memory. Counting collects the whole heap.
 */
final class InflaterHistogram {
    private static final Pattern ROW = Pattern.compile("^ *\\d+: +(\\d+) +\\d+ +java\\.util\\.zip\\.Inflater\\$InflaterZStreamRef",
            Pattern.MULTILINE);
    private static final int PATIENCE = 3;
    private static final int POLL_MS = 20;

    private InflaterHistogram() {}

    static int count() {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                    new Object[] {new String[0]}, new String[] {String[].class.getName()});
            Matcher row = ROW.matcher((String) histogram);
            return row.find() ? Integer.parseInt(row.group(1)) : 0;
        } catch (JMException missing) {
            throw new Failure("Expected the JVM to count the objects of its heap (module jdk.management), found " + missing + ".");
        }
    }

    /** Until several countings in a row find as many: then the Cleaner has nothing left to free. */
    static void awaitCleaner() throws InterruptedException {
        int last = Integer.MAX_VALUE;
        for (int same = 0; same < PATIENCE; ) {
            int now = count();
            same = now == last ? same + 1 : 0;
            last = now;
            Thread.sleep(POLL_MS);
        }
    }
}

// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.Failure;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Inflater;

/**
 * Makes Inflaters and knows which of them still hold native memory.
 *
 * <p>It keeps each one's {@code zsRef}: the object whose {@code address} the Cleaner sets to 0 when it frees the native stream. A
 * {@code zsRef} does not refer to its Inflater, so the ledger keeps no Inflater from the GC.
 */
public final class InflaterLedger {
    private static final MethodHandle ZS_REF;
    private static final MethodHandle ADDRESS;

    static {
        try {
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(Inflater.class, MethodHandles.lookup());
            Class<?> reference = inside.findClass("java.util.zip.Inflater$InflaterZStreamRef");
            ZS_REF = inside.findGetter(Inflater.class, "zsRef", reference)
                    .asType(MethodType.methodType(Object.class, Inflater.class));
            ADDRESS = inside.findVirtual(reference, "address", MethodType.methodType(long.class))
                    .asType(MethodType.methodType(long.class, Object.class));
        } catch (ReflectiveOperationException closed) {
            throw new Failure("Expected to see into java.util.zip.Inflater, found it closed. Try java -jar, or add "
                    + "--add-opens java.base/java.util.zip=ALL-UNNAMED.");
        }
    }

    private final Object[] references;
    private final AtomicInteger count = new AtomicInteger();

    /** @param capacity all Inflaters there will ever be, so that the ledger does not grow during a measurement */
    public InflaterLedger(int capacity) {
        references = new Object[capacity];
    }

    /** An Inflater for the raw deflated bytes of a zip entry. */
    public Inflater open() {
        Inflater inflater = new Inflater(true);
        try {
            references[count.getAndIncrement()] = (Object) ZS_REF.invokeExact(inflater);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return inflater;
    }

    /** Inflaters whose native stream is not freed yet. Exact when no thread is opening one. */
    public int countOpen() {
        int open = 0;
        for (int i = 0, last = count.get(); i < last; i++) if (isOpen(references[i])) open++;
        return open;
    }

    private static boolean isOpen(Object reference) {
        // The Cleaner sets the address first and frees then, under this lock: with it, 0 means freed and not about to be.
        synchronized (reference) {
            try {
                return (long) ADDRESS.invokeExact(reference) != 0;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}

// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class OwnersLookTest {
    private static String look(long jvm, long buffers, long blocks) {
        return "{\"schemaVersion\": 1, \"owners\": [{\"kind\": \"jvm\", \"name\": \"JVM\", \"bytes\": " + jvm + ", \"blocks\": 9},"
                + "{\"kind\": \"java\", \"name\": \"java.nio.DirectByteBuffer\", \"bytes\": " + buffers + ", \"blocks\": " + blocks
                + ", \"held\": {\"objects\": 200, \"waitingObjects\": 0, \"way\": [{\"kind\": \"strong\", \"name\": \"java.util.ArrayList\", \"field\": "
                + "\"elementData\"}, {\"kind\": \"static\", \"name\": \"Leak\", \"field\": \"BUFFERS\"}]}}]}";
    }

    @Test
    void namesTheLargestAndWhoHoldsThem() {
        assertEquals("Largest owners of the live bytes, this test's and others':\n"
                + "  7.0 MiB in 9 blocks: JVM\n"
                + "  2.0 MiB in 200 blocks: java.nio.DirectByteBuffer ← java.util.ArrayList.elementData ← static Leak.BUFFERS",
                OwnersLook.parse(look(7 << 20, 2 << 20, 200)).largest());
    }

    @Test
    void namesThoseThatGrew() {
        assertEquals("Owners that grew most in the second series:\n"
                + "  +1.0 MiB in 100 blocks more: java.nio.DirectByteBuffer ← java.util.ArrayList.elementData ← static Leak.BUFFERS",
                OwnersLook.parse(look(6 << 20, 2 << 20, 200)).grownSince(OwnersLook.parse(look(7 << 20, 1 << 20, 100))));
    }

    /** As offheap owners prints it of an Inflater that is left to the collector: no way up, but holders by level. */
    @Test
    void namesWhoHeldWhatWaitsForTheCollector() {
        String holder = "{\"level\": %d, \"kind\": \"%s\", \"name\": \"%s\", \"field\": \"%s\", \"objects\": %d, \"heldObjects\": %d}";
        String holders = String.join(",", String.format(holder, 1, "strong", "java.util.zip.Inflater", "zsRef", 521, 521),
                String.format(holder, 1, "phantom", "jdk.internal.ref.Cleaner", "referent", 521, 521),
                String.format(holder, 2, "strong", "example.EntryStream", "inf", 503, 503),
                String.format(holder, 3, "strong", "java.util.ArrayDeque", "elements", 1, 18));
        assertEquals("Largest owners of the live bytes, this test's and others':\n"
                + "  20 MiB in 1746 blocks: Ref ← java.util.zip.Inflater.zsRef ← example.EntryStream.inf; of its 521 objects 503 wait for the "
                + "garbage collector",
                OwnersLook.parse("{\"owners\": [{\"kind\": \"java\", \"name\": \"Ref\", \"bytes\": 20971520, \"blocks\": 1746, \"held\": "
                        + "{\"objects\": 521, \"waitingObjects\": 503, \"holders\": [" + holders + "]}}]}").largest());
    }

    @Test
    void saysWhyNoneAreNamed() {
        assertEquals("Owners are not named: blocks of this allocator cannot be walked, only those of glibc.",
                OwnersLook.parse("{\"unsized\": {\"allocator\": \"tcmalloc\"}, \"owners\": []}").largest());
        assertEquals("Owners are not named: its JSON is not of the form of this release (Expected a value at character 0 of the JSON.).",
                OwnersLook.parse("").largest());
    }

    @Test
    void readsJson() {
        assertEquals("{a=[1.0, -2500.0, true, null, []], b \"\n=é/}", Json.parse(" {\"a\": [1, -2.5e3, true, null, []], \"b \\\"\\n\": \"\\u00e9\\/\"}\n").toString());
        for (String damaged : new String[] {"{", "[1,", "\"a", "{\"a\" 1}", "1 2", "tru", "[\"\\x\"]"}) {
            assertThrows(IllegalArgumentException.class, () -> Json.parse(damaged), damaged);
        }
        assertThrows(IllegalArgumentException.class, () -> Json.parse(new String(new char[70_000]).replace('\0', '[')));
    }
}

// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;

/** A Java heap of so many MiB in use, with direct buffers and Inflaters. Says "ready" and waits for the end of stdin. */
public final class OwnersHeap {
    private static final List<Object> held = new ArrayList<>();
    private static final Map<Long, Object> entries = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        long wanted = Long.parseLong(arguments[0]) << 20;
        int buffers = Integer.parseInt(arguments[1]);
        int inflaters = Integer.parseInt(arguments[2]);
        for (int index = 0; index < buffers; index++) {
            held.add(ByteBuffer.allocateDirect(512));
        }
        for (int index = 0; index < inflaters; index++) {
            held.add(new Inflater());
        }
        Runtime runtime = Runtime.getRuntime();
        for (long key = 0; (key & 1023) != 0 || runtime.totalMemory() - runtime.freeMemory() < wanted; key++) {
            entries.put(key * 0x9e3779b97f4a7c15L, key % 4 == 0 ? new byte[(int) (key % 500)] : String.valueOf(key));
        }
        System.gc();
        System.out.println("ready");
        System.in.read();
    }
}

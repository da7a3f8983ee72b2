// SPDX-License-Identifier: MIT
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;

/** A cache of soft references: a full collection leaves them, as long as there is much heap free and they were used not long ago. */
final class SoftCache {
    static final int BLOCK = 131_071;
    static final int BLOCKS = 1_201;
    static final List<SoftReference<byte[]>> CACHE = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            byte[] block = new byte[BLOCK];
            for (int at = 0; at < BLOCK; at += Program.PAGE) block[at] = 1;
            CACHE.add(new SoftReference<>(block));
        }
        System.gc();
        long present = CACHE.stream().filter(one -> one.get() != null).count();
        // A cache may lose what it has: a setting by which it does breaks nothing.
        Program.ready(present * BLOCK);
    }
}

// SPDX-License-Identifier: MIT
import com.github.luben.zstd.ZstdCompressCtx;

/** Contexts of zstd that a pool without a bound holds. */
final class ZstdContexts {
    static final int CONTEXTS = 131;
    static final int LEVEL = 3;
    static final int TEXT = 1_048_573;
    static final ZstdCompressCtx[] HELD = new ZstdCompressCtx[CONTEXTS];

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        for (int i = 0; i < CONTEXTS; i++) {
            HELD[i] = new ZstdCompressCtx().setLevel(LEVEL);
            HELD[i].compress(text);
        }
        Program.ready(0);
    }
}

// SPDX-License-Identifier: MIT
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/** Contexts of zstd, to compress and to unpack. */
final class ZstdObjects {
    static final int CONTEXTS = 53;
    static final int TEXT = 300_007;
    static final ZstdCompressCtx FIRST = new ZstdCompressCtx();
    static final ZstdCompressCtx[] COMPRESS = new ZstdCompressCtx[CONTEXTS];
    static final ZstdDecompressCtx[] UNPACK = new ZstdDecompressCtx[CONTEXTS];

    public static void main(String[] args) throws Exception {
        Malloc.load();
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        // What the first one needs once is no part of it.
        FIRST.compress(text);
        long before = Malloc.bytesInUse();
        for (int i = 0; i < CONTEXTS; i++) COMPRESS[i] = new ZstdCompressCtx().setLevel(3);
        byte[] packed = null;
        for (ZstdCompressCtx context : COMPRESS) packed = context.compress(text);
        long between = Malloc.bytesInUse();
        for (int i = 0; i < CONTEXTS; i++) {
            UNPACK[i] = new ZstdDecompressCtx();
            if (UNPACK[i].decompress(packed, TEXT).length != TEXT) throw new AssertionError();
        }
        long after = Malloc.bytesInUse();
        long bytesOfOne = (between - before) / CONTEXTS;
        Truth.ready(
                Truth.of("java", "com.github.luben.zstd.ZstdCompressCtx").objects(CONTEXTS + 1).bytes(bytesOfOne * (CONTEXTS + 1)),
                Truth.of("java", "com.github.luben.zstd.ZstdDecompressCtx").objects(CONTEXTS).bytes(after - between));
    }
}

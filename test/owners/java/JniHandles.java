// SPDX-License-Identifier: MIT
import java.util.HashMap;
import java.util.Map;

/** Handles of a native library: as a field of a class, and as a Long, whose class tells less. */
final class JniHandles {
    static final int CODECS = 1_009;
    static final int BOXED = 503;
    static final NativeCodec[] HELD = new NativeCodec[CODECS];
    static final Map<Integer, Long> BY_NUMBER = new HashMap<>();

    public static void main(String[] args) throws Exception {
        Malloc.load();
        for (int i = 0; i < CODECS; i++) HELD[i] = new NativeCodec();
        for (int i = 0; i < BOXED; i++) BY_NUMBER.put(i, NativeCodec.make(NativeCodec.CONTENT));
        Truth.ready(
                Truth.of("java", "NativeCodec").objects(CODECS).blocks(CODECS).bytes(CODECS * NativeCodec.bytesOfOne()),
                Truth.of("java", "java.lang.Long").objects(BOXED).blocks(BOXED).bytes(BOXED * NativeCodec.bytesOfOne()));
    }
}

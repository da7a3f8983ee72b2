// SPDX-License-Identifier: MIT
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Inflaters and Deflaters that were used: in a list, or with the argument `dropped` unreachable, and not collected yet. */
final class ZlibHeld {
    static final int INFLATERS = 2_099;
    static final int DEFLATERS = 211;
    static final int TEXT = 100_003;
    static List<Object> held = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Malloc.load();
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        byte[] packed = new byte[2 * TEXT];
        byte[] piece = new byte[TEXT / 2 + 1];
        int length = pack(text, packed);
        // What the first of each needs once is no part of it.
        unpack(packed, length, piece).end();
        long before = Malloc.bytesInUse();
        for (int i = 0; i < INFLATERS; i++) held.add(unpack(packed, length, piece));
        long between = Malloc.bytesInUse();
        for (int i = 0; i < DEFLATERS; i++) {
            Deflater deflater = new Deflater();
            deflater.setInput(text);
            deflater.deflate(piece);
            held.add(deflater);
        }
        long after = Malloc.bytesInUse();
        if (args.length > 0) held = null;
        Truth.ready(
                Truth.of("java", "java.util.zip.Inflater$InflaterZStreamRef").objects(INFLATERS).bytes(between - before),
                Truth.of("java", "java.util.zip.Deflater$DeflaterZStreamRef").objects(DEFLATERS).bytes(after - between));
    }

    private static int pack(byte[] text, byte[] packed) {
        Deflater deflater = new Deflater();
        deflater.setInput(text);
        deflater.finish();
        int length = deflater.deflate(packed);
        deflater.end();
        return length;
    }

    private static Inflater unpack(byte[] packed, int length, byte[] piece) throws Exception {
        Inflater inflater = new Inflater();
        inflater.setInput(packed, 0, length);
        while (!inflater.finished()) inflater.inflate(piece);
        return inflater;
    }
}

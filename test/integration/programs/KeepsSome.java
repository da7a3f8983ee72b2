import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** KeepsSome COUNT EVERY: makes Inflaters that have a window, and keeps each EVERY-th of them in a map of a static field. The others are garbage; no GC comes. */
public final class KeepsSome {
    private static Map<Integer, Inflater> kept;

    public static void main(String[] arguments) throws Exception {
        byte[] packed = new byte[50_000];
        int bytes = pack(packed);
        byte[] plain = new byte[35_000];
        Map<Integer, Inflater> map = new ConcurrentHashMap<>();
        for (int made = 0; made < Integer.parseInt(arguments[0]); made++) {
            Inflater inflater = new Inflater();
            inflater.setInput(packed, 0, bytes);
            inflater.inflate(plain);
            if (made % Integer.parseInt(arguments[1]) == 0) {
                map.put(made, inflater);
            }
        }
        kept = map;
        System.out.println("ready " + kept.size());
        System.in.read();
    }

    private static int pack(byte[] packed) {
        Deflater deflater = new Deflater();
        byte[] noise = new byte[40_000];
        new Random(1).nextBytes(noise);
        deflater.setInput(noise);
        deflater.finish();
        int bytes = deflater.deflate(packed);
        deflater.end();
        return bytes;
    }
}

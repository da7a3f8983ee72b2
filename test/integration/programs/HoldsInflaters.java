import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Announces the phases of a program that is measured at each of them. Between the first two it makes so many Inflaters, which a static field holds. */
public class HoldsInflaters {
    static final List<Inflater> HELD = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        Deflater deflater = new Deflater();
        byte[] packed = new byte[4096];
        deflater.setInput(new byte[64_000]);
        deflater.finish();
        int bytes = deflater.deflate(packed);
        byte[] unpacked = new byte[4096];
        announce("baseline");
        for (int count = Integer.parseInt(arguments[0]); count > 0; count--) {
            Inflater inflater = new Inflater();
            inflater.setInput(packed, 0, bytes);
            // Not to its end: it keeps its window.
            for (int part = 0; part < 12; part++) inflater.inflate(unpacked);
            HELD.add(inflater);
        }
        announce("loaded");
        announce("settled");
    }

    private static void announce(String phase) throws Exception {
        System.out.println("@phase " + phase);
        System.in.read();
    }
}

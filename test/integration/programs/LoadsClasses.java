import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/** Announces the phases of a program that is measured at each of them. Between the first two it defines a class so many times: metaspace, and next to nothing of malloc. */
public class LoadsClasses {
    static final List<Object> kept = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        byte[] bytes;
        try (InputStream file = LoadsClasses.class.getResourceAsStream("LoadsClasses.class")) {
            bytes = file.readAllBytes();
        }
        announce("baseline");
        for (int count = Integer.parseInt(arguments[0]); count > 0; count--) {
            kept.add(MethodHandles.lookup().defineHiddenClass(bytes, false).lookupClass());
        }
        announce("loaded");
        announce("settled");
    }

    private static void announce(String phase) throws Exception {
        System.out.println("@phase " + phase);
        System.in.read();
    }
}

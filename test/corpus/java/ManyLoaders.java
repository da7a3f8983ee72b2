// SPDX-License-Identifier: MIT
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Class loaders that were made in a loop and are held: each keeps chunks of metaspace for its few classes. */
final class ManyLoaders {
    static final int LOADERS = 9_001;
    static final Object[] HELD = new Object[LOADERS];

    /** With classes that only it sees. They are read from files once: a proxy class would be generated for each loader, which takes four times as long. */
    static final class OwnLoader extends ClassLoader {
        OwnLoader() {
            super(ManyLoaders.class.getClassLoader());
        }

        Class<?> define(String name, byte[] bytes) {
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    public interface Service {
        long charge(String account, long cents, int attempts);

        String describe(Object subject, String language, boolean terse);

        boolean settle(Collection<String> accounts, long mostCents) throws IOException;
    }

    /** So large that each loader has two chunks beside that of its class space. */
    public static final class Ledger implements Service {
        private final Map<String, Long> balances = new TreeMap<>();

        public Ledger() {}

        @Override
        public long charge(String account, long cents, int attempts) {
            long balance = balances.getOrDefault(account, 0L);
            for (int attempt = 0; attempt < attempts; attempt++) {
                if (balance + cents >= 0) return balances.merge(account, cents, Long::sum);
                balance += Math.abs(cents) / attempts;
            }
            throw new IllegalStateException(account + " has " + balance + " and lacks " + cents);
        }

        @Override
        public String describe(Object subject, String language, boolean terse) {
            StringBuilder text = new StringBuilder(language).append(": ").append(subject);
            if (terse) return text.toString();
            balances.forEach((account, cents) -> text.append(", ").append(account).append(" has ").append(cents));
            return text.append('.').toString();
        }

        @Override
        public boolean settle(Collection<String> accounts, long mostCents) throws IOException {
            Iterator<Map.Entry<String, Long>> entries = balances.entrySet().iterator();
            long settled = 0;
            while (entries.hasNext()) {
                Map.Entry<String, Long> entry = entries.next();
                if (!accounts.contains(entry.getKey()) || entry.getValue() > mostCents) continue;
                settled = Math.addExact(settled, entry.getValue());
                entries.remove();
            }
            if (settled < 0) throw new IOException(describe(accounts, "settled", true));
            return settled > 0 && balances.isEmpty();
        }
    }

    public static void main(String[] args) throws Exception {
        byte[] service = bytesOf("ManyLoaders$Service");
        byte[] ledger = bytesOf("ManyLoaders$Ledger");
        for (int i = 0; i < LOADERS; i++) {
            OwnLoader loader = new OwnLoader();
            loader.define("ManyLoaders$Service", service);
            HELD[i] = loader.define("ManyLoaders$Ledger", ledger).getConstructor().newInstance();
        }
        Program.ready(0);
    }

    private static byte[] bytesOf(String name) throws IOException {
        try (InputStream in = ManyLoaders.class.getResourceAsStream(name + ".class")) {
            byte[] bytes = new byte[in.available()];
            new DataInputStream(in).readFully(bytes);
            return bytes;
        }
    }
}

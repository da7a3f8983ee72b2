// SPDX-License-Identifier: MIT
import java.lang.ref.Cleaner;

/** Handles of a native library behind garbage that is not collected yet: of some nobody would free the blocks, of others a Cleaner or a finalizer does. */
final class JniDropped {
    static final int CODECS = 1_009;
    private static final Cleaner CLEANER = Cleaner.create();

    private JniDropped() {}

    /** Frees nothing, but would. */
    private static final class Release implements Runnable {
        final NativeCodec codec;

        Release(NativeCodec codec) {
            this.codec = codec;
        }

        @Override
        public void run() {
            throw new AssertionError(codec.handle + " was collected");
        }
    }

    private static final class Unwatched {
        final long handle = NativeCodec.make(NativeCodec.CONTENT);
    }

    private static final class Finalized {
        final long handle = NativeCodec.make(NativeCodec.CONTENT);

        @Override
        @SuppressWarnings({"deprecation", "removal"})
        protected void finalize() {
            throw new AssertionError(handle + " was collected");
        }
    }

    private static void drop() {
        for (int i = 0; i < CODECS; i++) {
            new Unwatched();
            new Finalized();
            CLEANER.register(new Object(), new Release(new NativeCodec()));
        }
    }

    public static void main(String[] args) throws Exception {
        Malloc.load();
        Thread thread = new Thread(JniDropped::drop, "drops");
        thread.start();
        thread.join();
        Truth.ready(
                Truth.of("java", "JniDropped$Unwatched").objects(CODECS).fate("doomed"),
                Truth.of("java", "JniDropped$Finalized").objects(CODECS).fate("waiting"),
                Truth.of("java", "NativeCodec").objects(CODECS).fate("waiting"));
    }
}

// SPDX-License-Identifier: MIT
import com.github.luben.zstd.ZstdOutputStream;
import java.io.OutputStream;

/** Streams of zstd that are not closed: each has a context of the library's, which its finalizer is to free after a collection that has no reason to come. */
final class ZstdStreams {
    static final int STREAMS = 601;
    static final int TEXT = 131_071;

    static final class Counted extends OutputStream {
        private long written;

        @Override
        public void write(int one) {
            written++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            written += length;
        }
    }

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        Counted counted = new Counted();
        for (int i = 0; i < STREAMS; i++) {
            ZstdOutputStream stream = new ZstdOutputStream(counted);
            stream.write(text);
            stream.flush();
        }
        if (counted.written < (long) STREAMS * TEXT) throw new AssertionError(counted.written);
        Program.ready(0);
    }
}

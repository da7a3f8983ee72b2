// SPDX-License-Identifier: MIT
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A driver that compresses each message by a Deflater of its own, and closes the stream: that does not end a Deflater which it was handed. Those of the messages in
 * flight are promoted, so that the young collections which the service has free none of them.
 */
final class ClosedNotEnded {
    static final int MESSAGES = 701;
    static final int IN_FLIGHT = 251;
    static final int MESSAGE = 65_521;
    static final int GARBAGE = 65_521;
    static final int GARBAGE_OF_ONE = 17;
    /** In five blocks. */
    static final long BYTES_OF_ONE = 268_096;
    static byte[] garbage;

    public static void main(String[] args) throws Exception {
        byte[] message = new byte[MESSAGE];
        new Random(MESSAGE).nextBytes(message);
        ArrayDeque<DeflaterOutputStream> inFlight = new ArrayDeque<>();
        long sent = 0;
        for (int i = 0; i < MESSAGES; i++) {
            inFlight.add(new DeflaterOutputStream(new ByteArrayOutputStream(), new Deflater()));
            for (int block = 0; block < GARBAGE_OF_ONE; block++) garbage = new byte[GARBAGE];
            if (inFlight.size() > IN_FLIGHT) sent += send(inFlight.remove(), message);
        }
        while (!inFlight.isEmpty()) sent += send(inFlight.remove(), message);
        if (sent != (long) MESSAGES * MESSAGE) throw new AssertionError(sent);
        Program.ready(BYTES_OF_ONE * MESSAGES);
    }

    private static int send(DeflaterOutputStream stream, byte[] message) throws IOException {
        try (DeflaterOutputStream closed = stream) {
            closed.write(message);
        }
        return message.length;
    }
}

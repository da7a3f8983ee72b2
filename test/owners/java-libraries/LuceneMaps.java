// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.SingleInstanceLockFactory;
import org.apache.lucene.util.BytesRef;

/** Two indexes of Lucene with the same documents, both read whole: the files of one are mapped, which is no memory of malloc; the other is in direct buffers. */
final class LuceneMaps {
    static final int DOCUMENTS = 10_007;
    static final int VALUE = 4_096;
    /** Of a block: 64 KiB, which malloc does not serve by mmap. */
    static final int BLOCK_BITS = 16;
    static final List<ByteBuffer> BUFFERS = new ArrayList<>();
    static final List<DirectoryReader> READERS = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        // Not in /tmp, where it may be a tmpfs.
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "offheap-corpus");
        try {
            writeAndRead(new MMapDirectory(folder));
        } finally {
            // What is mapped stays readable.
            Folders.delete(folder);
        }
        writeAndRead(new ByteBuffersDirectory(
                new SingleInstanceLockFactory(),
                () -> new ByteBuffersDataOutput(BLOCK_BITS, BLOCK_BITS, LuceneMaps::allocate, ByteBuffersDataOutput.NO_REUSE),
                ByteBuffersDirectory.OUTPUT_AS_MANY_BUFFERS));
        long bytes = 0;
        for (ByteBuffer buffer : BUFFERS) bytes += Truth.chunk(buffer.capacity());
        Truth.ready(
                Truth.of("java", "java.nio.DirectByteBuffer*").bytes(bytes),
                Truth.of("java", "jdk.internal.foreign.*").bytes(0),
                Truth.of("java", "org.apache.lucene.*").bytes(0));
    }

    private static ByteBuffer allocate(int capacity) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(capacity);
        BUFFERS.add(buffer);
        return buffer;
    }

    private static void writeAndRead(Directory directory) throws Exception {
        write(directory);
        DirectoryReader reader = DirectoryReader.open(directory);
        READERS.add(reader);
        long documents = 0;
        long sum = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            BinaryDocValues values = leaf.reader().getBinaryDocValues("v");
            for (int doc = values.nextDoc(); doc != BinaryDocValues.NO_MORE_DOCS; doc = values.nextDoc(), documents++) {
                BytesRef value = values.binaryValue();
                sum += value.bytes[value.offset];
            }
        }
        if (documents != DOCUMENTS || sum == 0) throw new AssertionError(documents);
    }

    private static void write(Directory directory) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE).setRAMBufferSizeMB(8);
        Random random = new Random(VALUE);
        byte[] value = new byte[VALUE];
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                random.nextBytes(value);
                Document document = new Document();
                document.add(new BinaryDocValuesField("v", new BytesRef(value)));
                writer.addDocument(document);
            }
        }
    }
}

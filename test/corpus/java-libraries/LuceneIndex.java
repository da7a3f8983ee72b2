// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;

/** An index that Lucene maps and has read whole. */
final class LuceneIndex {
    static final int DOCUMENTS = 40_009;
    static final int VALUE = 4_096;

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "offheap-corpus");
        MMapDirectory directory = new MMapDirectory(folder);
        long sum = 0;
        long documents = 0;
        try {
            write(directory);
            DirectoryReader reader = DirectoryReader.open(directory);
            for (LeafReaderContext leaf : reader.leaves()) {
                BinaryDocValues values = leaf.reader().getBinaryDocValues("v");
                for (int doc = values.nextDoc(); doc != BinaryDocValues.NO_MORE_DOCS; doc = values.nextDoc(), documents++) {
                    BytesRef value = values.binaryValue();
                    sum += value.bytes[value.offset];
                }
            }
        } finally {
            // What is mapped stays readable.
            Folders.delete(folder);
        }
        if (documents != DOCUMENTS || sum == 0) throw new AssertionError(documents);
        Program.ready((long) VALUE * DOCUMENTS);
    }

    private static void write(MMapDirectory directory) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE).setRAMBufferSizeMB(24);
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

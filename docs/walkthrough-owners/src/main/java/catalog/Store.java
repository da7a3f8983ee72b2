// SPDX-License-Identifier: MIT
package catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** The products by key, in a RocksDB that is imported when the service starts. */
@Component
class Store {
    private static final int PRODUCTS = 40_000;
    private static final int DESCRIPTION_BYTES = 512;
    private static final long READAHEAD_BYTES = 256 * 1024;

    private final Path folder = Files.createTempDirectory("catalog");
    private final Options options = new Options().setCreateIfMissing(true);
    /** As RocksDB's tuning guide has it for scans: read ahead, and leave the block cache to single products. */
    private final ReadOptions forScans = new ReadOptions().setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
    private final RocksDB database = RocksDB.open(options, folder.toString());

    Store() throws IOException, RocksDBException {
        importProducts();
    }

    /** The products that come after this one; to be closed. */
    RocksIterator after(String key) {
        RocksIterator rows = database.newIterator(forScans);
        rows.seek((key + '\0').getBytes(UTF_8));
        return rows;
    }

    List<Product> read(RocksIterator rows, int limit) {
        List<Product> products = new ArrayList<>(limit);
        for (; rows.isValid() && products.size() < limit; rows.next()) {
            products.add(new Product(new String(rows.key(), UTF_8), new String(rows.value(), UTF_8)));
        }
        return products;
    }

    private void importProducts() throws RocksDBException {
        Random random = new Random(PRODUCTS);
        byte[] description = new byte[DESCRIPTION_BYTES];
        for (int product = 0; product < PRODUCTS; product++) {
            random.nextBytes(description);
            database.put("p%05d".formatted(product).getBytes(UTF_8), HexFormat.of().formatHex(description).getBytes(UTF_8));
        }
        try (FlushOptions flush = new FlushOptions()) {
            database.flush(flush);
        }
    }

    @PreDestroy
    void close() throws IOException {
        database.close();
        forScans.close();
        options.close();
        FileSystemUtils.deleteRecursively(folder);
    }
}

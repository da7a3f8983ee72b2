// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A pool of connections to one database of SQLite: each has a page cache of its own, and they have all read the whole of it. */
final class SqlitePool {
    static final int CONNECTIONS = 13;
    static final int ROWS = 12_007;
    /** Four rows fill a page: none of them is spread over several. */
    static final int VALUE = 971;
    static final int CACHE_KIB = 20_011;
    static final List<Connection> POOL = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("offheap-corpus");
        long bytes = 0;
        try {
            String url = "jdbc:sqlite:" + folder.resolve("pool.db");
            try (Connection connection = DriverManager.getConnection(url)) {
                fill(connection);
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                Connection connection = DriverManager.getConnection(url);
                POOL.add(connection);
                query(connection, "PRAGMA cache_size = -" + CACHE_KIB);
                long read = query(connection, "SELECT sum(length(value)) FROM entries");
                if (read != (long) ROWS * VALUE) throw new AssertionError(read);
                bytes += query(connection, "PRAGMA page_count") * query(connection, "PRAGMA page_size");
            }
        } finally {
            Folders.delete(folder);
        }
        Program.ready(bytes);
    }

    private static void fill(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE entries (value BLOB)");
        }
        byte[] value = new byte[VALUE];
        Random random = new Random(VALUE);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO entries VALUES (?)")) {
            for (int i = 0; i < ROWS; i++) {
                random.nextBytes(value);
                insert.setBytes(1, value);
                insert.executeUpdate();
            }
        }
        connection.commit();
    }

    /** The number in its first row; 0 of what answers nothing. */
    private static long query(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) return 0;
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}

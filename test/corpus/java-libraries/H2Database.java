// SPDX-License-Identifier: MIT
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** A database early in its life: it serves queries, and the JIT compiler is at work. The argument: how many of them come before it is looked at. */
final class H2Database {
    static final int ROWS = 3_001;
    static CountDownLatch served;

    public static void main(String[] args) throws Exception {
        served = new CountDownLatch(Integer.parseInt(args[0]));
        Connection connection = DriverManager.getConnection("jdbc:h2:mem:corpus");
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table account (id int primary key, name varchar, cents bigint)");
        }
        Thread client = new Thread(() -> serve(connection), "client");
        client.setDaemon(true);
        client.start();
        served.await();
        Program.ready(0);
    }

    private static void serve(Connection connection) {
        try (PreparedStatement insert = connection.prepareStatement("merge into account values (?, ?, ?)");
                PreparedStatement query = connection.prepareStatement(
                        "select a.name, count(*), sum(b.cents) from account a join account b on b.id = a.id + 1 where a.id between ? and ? group by a.name order by 2 desc")) {
            for (int round = 0; ; round = (round + 1) % ROWS) {
                insert.setInt(1, round);
                insert.setString(2, "name " + round % 97);
                insert.setLong(3, round * 7L);
                insert.execute();
                query.setInt(1, round / 2);
                query.setInt(2, round);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) rows.getString(1);
                }
                served.countDown();
            }
        } catch (java.sql.SQLException error) {
            throw new IllegalStateException(error);
        }
    }
}

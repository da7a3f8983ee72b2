import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records to the broker args[0] under each compression, three of them native code, and prints a hash of what comes back. */
class Brokered {
    static final int RECORDS = 5000;

    public static void main(String[] args) throws Exception {
        Map<String, Object> broker = Map.of("bootstrap.servers", args[0]);
        List<String> compressions = List.of("none", "gzip", "snappy", "lz4", "zstd");
        try (Admin admin = Admin.create(broker)) {
            List<NewTopic> topics = new ArrayList<>();
            compressions.forEach(name -> topics.add(new NewTopic(name, 1, (short) 1)));
            admin.createTopics(topics).all().get();
        }
        for (String compression : compressions) {
            send(broker, compression);
            System.out.println(compression + " " + receive(broker, compression));
        }
    }

    static void send(Map<String, Object> broker, String compression) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.get("bootstrap.servers"), "compression.type", compression, "linger.ms", 20, "batch.size", 100_000);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                byte[] key = ByteBuffer.allocate(4).putInt(i).array();
                producer.send(new ProducerRecord<>(compression, key, ("a record " + i * 7919L).repeat(i % 40 + 1).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    static String receive(Map<String, Object> broker, String topic) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (var consumer = new KafkaConsumer<>(broker, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (int left = RECORDS; left > 0; ) {
                for (ConsumerRecord<byte[], byte[]> received : consumer.poll(Duration.ofSeconds(1))) {
                    hash.update(received.key());
                    hash.update(received.value());
                    left--;
                }
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }
}

package dev.kvasir.grid.hazelcast;

import com.hazelcast.config.SerializationConfig;

/** What members and clients send each other; Java's own serialization is not among it. */
final class Serialization {
  private Serialization() {}

  static SerializationConfig config() {
    SerializationConfig config =
        new SerializationConfig()
            .addDataSerializableFactory(RecordKey.FACTORY, classId -> new RecordKey());
    config.getCompactSerializationConfig().addSerializer(new EntrySerializer());
    return config;
  }
}

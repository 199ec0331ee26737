package dev.kvasir.grid.hazelcast;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** What members and clients send each other; Java's own serialization is not among it. */
final class Serialization {
  private Serialization() {}

  static SerializationConfig config() {
    SerializationConfig config =
        new SerializationConfig()
            .addDataSerializableFactory(RecordKey.FACTORY, Serialization::make);
    config.getCompactSerializationConfig().addSerializer(new EntrySerializer());
    return config;
  }

  private static IdentifiedDataSerializable make(int type) {
    return switch (type) {
      case RecordKey.CLASS -> new RecordKey();
      case ReplaceValue.CLASS -> new ReplaceValue();
      default ->
          throw new HazelcastSerializationException(
              "type %d is unknown here; all members and clients need the same version of Kvasir"
                  .formatted(type));
    };
  }
}

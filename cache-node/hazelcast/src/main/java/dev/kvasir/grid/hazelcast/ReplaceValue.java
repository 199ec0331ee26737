package dev.kvasir.grid.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value and begins its time to live anew if the entry has the expected value, where the
 * entry lies and in one step: {@code IMap.replace} takes no time to live. The first owner decides;
 * backups write what it wrote, since by their own clock the entry may have ended.
 */
final class ReplaceValue
    implements EntryProcessor<String, String, Boolean>, IdentifiedDataSerializable {
  static final int CLASS = 2;
  private static final long serialVersionUID = 1L;

  private @Nullable String expected;
  private String next;
  private long seconds;
  private transient boolean written;

  /** For Hazelcast, which fills it in. */
  ReplaceValue() {
    this(null, "", 0);
  }

  /**
   * @param expected null if any value will do, or none
   * @param seconds time to live, 0 for ever
   */
  ReplaceValue(@Nullable String expected, String next, long seconds) {
    this.expected = expected;
    this.next = next;
    this.seconds = seconds;
  }

  @Override
  public Boolean process(Map.Entry<String, String> entry) {
    written = expected == null || expected.equals(entry.getValue());
    if (written) {
      ((ExtendedMapEntry<String, String>) entry).setValue(next, seconds, TimeUnit.SECONDS);
    }
    return written;
  }

  @Override
  public @Nullable EntryProcessor<String, String, Boolean> getBackupProcessor() {
    return written ? new ReplaceValue(null, next, seconds) : null;
  }

  @Override
  public int getFactoryId() {
    return RecordKey.FACTORY;
  }

  @Override
  public int getClassId() {
    return CLASS;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(expected);
    out.writeString(next);
    out.writeLong(seconds);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    expected = in.readString();
    next = Objects.requireNonNull(in.readString(), "next");
    seconds = in.readLong();
  }
}

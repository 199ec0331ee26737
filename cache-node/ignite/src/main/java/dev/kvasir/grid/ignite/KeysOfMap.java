package dev.kvasir.grid.ignite;

import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import org.apache.ignite.cache.CacheEntryEventSerializableFilter;
import org.apache.ignite.lang.IgniteBiPredicate;

/** Selects, on the node that holds them, one map's entries and their changes. */
final class KeysOfMap
    implements IgniteBiPredicate<String, String>,
        CacheEntryEventSerializableFilter<String, String>,
        Factory<CacheEntryEventFilter<String, String>> {
  private static final long serialVersionUID = 1L;
  private static final char END_OF_NAME = '\n';

  private final String prefix;

  KeysOfMap(String map) {
    if (map.isEmpty() || map.indexOf(END_OF_NAME) >= 0) {
      throw new IllegalArgumentException("a map's name must be one line: \"" + map + "\"");
    }
    this.prefix = map + END_OF_NAME;
  }

  /** The cache's key for a key of the map. */
  String inCache(String key) {
    return prefix + key;
  }

  /** The map's key for one of the cache. */
  String inMap(String key) {
    return key.substring(prefix.length());
  }

  @Override
  public boolean apply(String key, String value) {
    return key.startsWith(prefix);
  }

  @Override
  public boolean evaluate(CacheEntryEvent<? extends String, ? extends String> event) {
    return event.getKey().startsWith(prefix);
  }

  @Override
  public CacheEntryEventFilter<String, String> create() {
    return this;
  }
}

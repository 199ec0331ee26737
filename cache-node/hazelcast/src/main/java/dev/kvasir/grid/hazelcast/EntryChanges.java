package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.EntryListener;
import com.hazelcast.map.MapEvent;
import com.hazelcast.map.listener.EntryMergedListener;

/**
 * Reduces the events of a map to three: an entry has this value, it is gone, or the whole map has
 * changed. Called on Hazelcast's event threads, in order for each key.
 */
abstract class EntryChanges<V> implements EntryListener<String, V>, EntryMergedListener<String, V> {

  abstract void changed(String key, V value);

  abstract void gone(String key);

  abstract void changedAll();

  @Override
  public final void entryAdded(EntryEvent<String, V> event) {
    changed(event.getKey(), event.getValue());
  }

  @Override
  public final void entryUpdated(EntryEvent<String, V> event) {
    changed(event.getKey(), event.getValue());
  }

  @Override
  public final void entryMerged(EntryEvent<String, V> event) {
    changed(event.getKey(), event.getValue());
  }

  @Override
  public final void entryRemoved(EntryEvent<String, V> event) {
    gone(event.getKey());
  }

  @Override
  public final void entryEvicted(EntryEvent<String, V> event) {
    gone(event.getKey());
  }

  @Override
  public final void entryExpired(EntryEvent<String, V> event) {
    gone(event.getKey());
  }

  @Override
  public final void mapCleared(MapEvent event) {
    changedAll();
  }

  @Override
  public final void mapEvicted(MapEvent event) {
    changedAll();
  }
}

package dev.kvasir.admin.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.store.grid.Subscription;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The latest events in order, for those who listen and those who come back. Its epoch is new in
 * every process, since events are numbered by the process that hears them. Thread-safe.
 */
public final class EventLog implements AutoCloseable {
  private final int kept;
  private final InstantSource clock;
  private final String epoch = UUID.randomUUID().toString().substring(0, 8);
  private final Deque<Event> events = new ArrayDeque<>();
  private final List<Listener> listeners = new ArrayList<>();
  private long last;
  private long gaps;
  private boolean closed;

  /** Keeps that many events. */
  public EventLog(int kept, InstantSource clock) {
    this.kept = kept;
    this.clock = clock;
  }

  /** Hears of events; must not block. */
  public interface Listener {
    void event(Event event);

    /** There will be no more. */
    void end();
  }

  /** Where somebody was: the text is {@code EPOCH-SEQUENCE}. */
  public record Position(String epoch, long sequence) {
    public String text() {
      return epoch + "-" + sequence;
    }

    /** Reads a text; empty if it is none. */
    public static Optional<Position> parse(String text) {
      return text.matches("[0-9a-f]{8}-[0-9]{1,18}")
          ? Optional.of(new Position(text.substring(0, 8), Long.parseLong(text.substring(9))))
          : Optional.empty();
    }
  }

  /**
   * What a listener has to know when it begins.
   *
   * @param missed events after its position that are still kept
   * @param complete whether these are all; if not, it has to look at everything again
   */
  public record Start(List<Event> missed, boolean complete, Subscription subscription) {}

  /** The position of an event. */
  public Position position(Event event) {
    return new Position(epoch, event.sequence());
  }

  /** The position of the latest event. */
  public synchronized Position now() {
    return new Position(epoch, last);
  }

  /** Something of that kind may have happened unheard. */
  public synchronized void gap(ObjectNode of) {
    gaps++;
    add("gap", of);
  }

  /** How often something may have happened unheard. */
  public synchronized long gaps() {
    return gaps;
  }

  /** Adds an event and hands it to everybody who listens. */
  public synchronized void add(String kind, ObjectNode data) {
    Event event = new Event(++last, clock.instant(), kind, data);
    events.add(event);
    if (events.size() > kept) {
      events.remove();
    }
    listeners.forEach(listener -> listener.event(event));
  }

  /**
   * Hands every later event to the listener, until it is closed.
   *
   * @param after where the listener was before; empty: it begins now
   */
  public synchronized Start listen(Optional<Position> after, Listener listener) {
    listeners.add(listener);
    if (closed) {
      listener.end();
    }
    Subscription subscription = () -> forget(listener);
    if (after.isEmpty()) {
      return new Start(List.of(), true, subscription);
    }
    Position position = after.get();
    boolean mine = position.epoch().equals(epoch) && position.sequence() <= last;
    List<Event> missed =
        mine ? events.stream().filter(e -> e.sequence() > position.sequence()).toList() : List.of();
    boolean complete = mine && missed.size() == last - position.sequence();
    return new Start(missed, complete, subscription);
  }

  /** Ends all listening. */
  @Override
  public synchronized void close() {
    closed = true;
    listeners.forEach(Listener::end);
  }

  private synchronized void forget(Listener listener) {
    listeners.remove(listener);
  }
}

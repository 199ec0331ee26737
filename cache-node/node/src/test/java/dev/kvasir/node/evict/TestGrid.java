package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A grid whose parts fail on demand. */
final class TestGrid implements Grid {
  private final Grid grid;
  private final List<LocalBlocks.Watcher> watchers = new CopyOnWriteArrayList<>();
  private final AtomicReference<LocalBlocks.Swept> swept =
      new AtomicReference<>(LocalBlocks.Swept.NOTHING);
  private volatile Set<BlockKey> disowned = Set.of();
  private volatile boolean failing;
  private volatile boolean mute;
  private volatile boolean empty;

  TestGrid(Grid grid) {
    this.grid = grid;
  }

  void failRemovals(boolean fail) {
    failing = fail;
  }

  /** Maps tell of no changes from now on. */
  void muteMaps() {
    mute = true;
  }

  void holdNothing() {
    empty = true;
  }

  /** What the next sweep says it has dropped. */
  void leave(LocalBlocks.Swept left) {
    swept.set(left);
  }

  /** Another node owns these blocks from now on. */
  void disown(Set<BlockKey> keys) {
    disowned = keys;
    watchers.forEach(LocalBlocks.Watcher::moved);
  }

  @Override
  public BlockStore blocks() {
    return wrap(
        BlockStore.class,
        grid.blocks(),
        (method, _, call) ->
            failing && method.equals("remove")
                ? CompletableFuture.failedFuture(new StoreException("told to fail"))
                : call.answer());
  }

  @Override
  public SharedMap map(String name) {
    return wrap(
        SharedMap.class,
        grid.map(name),
        (method, arguments, call) ->
            mute && method.equals("watch") ? (Subscription) () -> {} : call.answer());
  }

  @Override
  public Optional<LocalBlocks> local() {
    return empty ? Optional.empty() : grid.local().map(Local::new);
  }

  @Override
  public String name() {
    return grid.name();
  }

  @Override
  public Member self() {
    return grid.self();
  }

  @Override
  public List<Member> members() {
    return grid.members();
  }

  @Override
  public Topic topic(String name) {
    return grid.topic(name);
  }

  @Override
  public void close() {
    grid.close();
  }

  private final class Local implements LocalBlocks {
    private final LocalBlocks local;

    Local(LocalBlocks local) {
      this.local = local;
    }

    @Override
    public void visit(Consumer<Held> visitor) {
      local.visit(held -> visitor.accept(new Held(held.block(), owns(held.block().key()))));
    }

    @Override
    public boolean owns(BlockKey key) {
      return !disowned.contains(key);
    }

    @Override
    public Optional<EncodedBlock> read(BlockKey key) {
      return local.read(key);
    }

    @Override
    public Swept sweep(Duration grace) {
      return swept.getAndSet(Swept.NOTHING);
    }

    @Override
    public Subscription watch(Watcher watcher) {
      watchers.add(watcher);
      return local.watch(watcher);
    }
  }

  private interface Call {
    @Nullable Object answer() throws ReflectiveOperationException;
  }

  private interface Wrapper {
    @Nullable Object answer(String method, Object[] arguments, Call call)
        throws ReflectiveOperationException;
  }

  private static <T> T wrap(Class<T> type, T target, Wrapper wrapper) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          try {
            return wrapper.answer(
                method.getName(), arguments, () -> method.invoke(target, arguments));
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.memory.MemoryGrid;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Blocks in a real Ignite node, alone in its grid; maps, topics and the news of blocks are this
 * JVM's. Stands in until Ignite's grid offers those itself.
 */
final class IgniteBlocksGrid implements Grid {
  private final IgniteGrid ignite;
  private final MemoryGrid rest = new MemoryGrid();
  private final List<LocalBlocks.Watcher> watchers = new CopyOnWriteArrayList<>();

  IgniteBlocksGrid(IgniteGrid ignite) {
    this.ignite = ignite;
  }

  @Override
  public BlockStore blocks() {
    InvocationHandler telling =
        (_, method, arguments) -> {
          if (method.getName().equals("remove")) {
            watchers.forEach(watcher -> watcher.gone((BlockKey) arguments[0]));
          }
          try {
            Object answer = method.invoke(ignite.blocks(), arguments);
            return method.getName().equals("put")
                ? told((EncodedBlock) arguments[0], (BlockInfo) arguments[1], answer)
                : answer;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(), new Class<?>[] {BlockStore.class}, telling);
  }

  private CompletableFuture<?> told(EncodedBlock block, BlockInfo info, Object put) {
    StoredBlock stored =
        new StoredBlock(block.key(), block.chunks().size(), block.sizeBytes(), info);
    return ((CompletableFuture<?>) put)
        .thenApply(_ -> {
          watchers.forEach(watcher -> watcher.held(new LocalBlocks.Held(stored, true)));
          return PutOutcome.STORED;
        });
  }

  @Override
  public Optional<LocalBlocks> local() {
    return Optional.of(new Local());
  }

  @Override
  public String name() {
    return "ignite";
  }

  @Override
  public Member self() {
    return rest.self();
  }

  @Override
  public List<Member> members() {
    return Collections.nCopies(ignite.members(), rest.self());
  }

  @Override
  public SharedMap map(String name) {
    return rest.map(name);
  }

  @Override
  public Topic topic(String name) {
    return rest.topic(name);
  }

  @Override
  public void close() {
    rest.close();
    ignite.close();
  }

  private final class Local implements LocalBlocks {
    @Override
    public void visit(Consumer<Held> visitor) {
      ignite.blocks().scan(block -> visitor.accept(new Held(block, true)));
    }

    @Override
    public boolean owns(BlockKey key) {
      return true;
    }

    @Override
    public Optional<EncodedBlock> read(BlockKey key) {
      return ignite.blocks().get(List.of(key)).values().iterator().next().join();
    }

    @Override
    public Subscription watch(Watcher watcher) {
      watchers.add(watcher);
      return () -> watchers.remove(watcher);
    }
  }
}

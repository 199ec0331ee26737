package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchException;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.grid.Grid;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The grid, by the store's own get of all blocks. Owns this process's part in the grid. */
final class GridSource implements Source {
  private final GridKind kind;
  private final FarProcess process;
  private final Grid grid;
  private final List<BlockKey> keys;
  private List<EncodedBlock> pulled = List.of();

  GridSource(GridKind kind, FarProcess process, List<EncodedBlock> blocks) {
    this.kind = kind;
    this.process = process;
    this.keys = blocks.stream().map(EncodedBlock::key).toList();
    this.grid = kind.guest(process.gridPort());
  }

  @Override
  public String name() {
    return kind.label();
  }

  @Override
  public ProcessHandle far() {
    return process.handle();
  }

  @Override
  public void pull() {
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> reads = grid.blocks().get(keys);
    pulled = keys.stream().map(reads::get).map(CompletableFuture::join).map(this::present).toList();
  }

  private EncodedBlock present(Optional<EncodedBlock> block) {
    return block.orElseThrow(
        () -> new BenchException(kind.label() + " has lost a block: give it more memory"));
  }

  @Override
  public ByteBuffer record(int block, int record) {
    EncodedBlock found = pulled.get(block);
    return ByteBuffer.wrap(record == 0 ? found.header() : found.chunks().get(record - 1));
  }

  @Override
  public void forget() {
    pulled = List.of();
  }

  @Override
  public void close() {
    grid.close();
  }
}

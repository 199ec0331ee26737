package dev.kvasir.engine.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tensors of a folder: those of {@code model.safetensors}, or of the shards that {@code
 * model.safetensors.index.json} lists. Thread-safe. Owns the files; tensors are views that end with
 * {@link #close()}.
 */
public final class TensorFolder implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 1_000;

  private record Placed(SafetensorsFile file, StoredTensor tensor) {}

  private final Path folder;
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, Placed> tensors = new LinkedHashMap<>();

  private TensorFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Maps the folder's files.
   *
   * @throws ModelFileException where one is missing or not sound, or where index and shards differ
   */
  public static TensorFolder open(Path folder) {
    TensorFolder opened = new TensorFolder(folder);
    try {
      opened.load();
      return opened;
    } catch (ModelFileException e) {
      opened.close();
      throw e;
    }
  }

  /** The tensors of one file. */
  public static TensorFolder ofFile(Path file) {
    TensorFolder opened = new TensorFolder(file);
    opened.add(SafetensorsFile.open(file));
    return opened;
  }

  private void load() {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    if (Files.exists(single)) {
      add(SafetensorsFile.open(single));
    } else if (Files.exists(index)) {
      loadShards(JsonFields.read(index));
    } else {
      throw new ModelFileException(
          folder, 0, "this folder has neither %s nor %s".formatted(SINGLE, INDEX));
    }
  }

  private void loadShards(JsonFields index) {
    Map<String, List<String>> shards = shards(index.requireObject("weight_map"));
    if (shards.size() > MAX_SHARDS) {
      throw index.fault("weight_map", "over %d shards".formatted(MAX_SHARDS));
    }
    shards.forEach((shard, listed) -> {
      SafetensorsFile file = SafetensorsFile.open(folder.resolve(shard));
      add(file);
      for (String name : listed) {
        if (!file.tensors().containsKey(name)) {
          throw new ModelFileException(
              file.path(), 0, "tensor \"%s\" is missing, which the index lists".formatted(name));
        }
      }
      if (file.tensors().size() != listed.size()) {
        throw new ModelFileException(
            file.path(), 0, "this shard has tensors that the index does not list");
      }
    });
  }

  /** Names of shards with the names of their tensors. */
  private static Map<String, List<String>> shards(JsonFields map) {
    Map<String, List<String>> shards = new TreeMap<>();
    for (String name : map.names()) {
      String shard =
          map.value(name)
              .map(JsonNode::textValue)
              .filter(TensorFolder::isPlain)
              .orElseThrow(() ->
                  map.fault(
                      name,
                      "the shard of tensor \"%s\" must be a file of this folder: %s"
                          .formatted(name, map.value(name).orElse(null))));
      shards.computeIfAbsent(shard, key -> new ArrayList<>()).add(name);
    }
    return shards;
  }

  /** Whether this names a file of the folder itself. */
  private static boolean isPlain(String shard) {
    try {
      return shard.endsWith(".safetensors")
          && Path.of(shard).getNameCount() == 1
          && !Path.of(shard).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void add(SafetensorsFile file) {
    files.add(file);
    file.tensors().forEach((name, tensor) -> tensors.put(name, new Placed(file, tensor)));
  }

  /** The files, in a fixed order. */
  public List<Path> files() {
    return files.stream().map(SafetensorsFile::path).toList();
  }

  public Collection<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  public Optional<StoredTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name)).map(Placed::tensor);
  }

  /** A tensor that must exist and have this shape, columns first. */
  public StoredTensor requireTensor(String name, long... shape) {
    StoredTensor tensor =
        tensor(name)
            .orElseThrow(
                () -> new ModelFileException(folder, 0, "tensor \"" + name + "\" is missing"));
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (!tensor.shape().equals(wanted)) {
      throw fault(
          name,
          "tensor \"%s\" must have shape %s: %s"
              .formatted(name, wanted.reversed(), tensor.shape().reversed()));
    }
    return tensor;
  }

  /** The error for a tensor that is sound and still cannot be used. */
  public ModelFileException fault(String name, String reason) {
    Placed placed = tensors.get(name);
    return placed == null
        ? new ModelFileException(folder, 0, reason)
        : new ModelFileException(placed.file().path(), placed.tensor().offset(), reason);
  }

  /** Ends the mappings; idempotent. */
  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}

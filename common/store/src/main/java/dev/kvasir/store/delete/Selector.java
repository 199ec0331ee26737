package dev.kvasir.store.delete;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.Scope;
import dev.kvasir.store.BlockInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a deletion names. */
public sealed interface Selector {

  /** The canonical form, under which its tombstone is kept; no two selectors share one. */
  String text();

  /**
   * What stays of a block: its info unchanged if it is not meant, without some documents if others
   * still hold it, empty if the bytes go.
   */
  Optional<BlockInfo> surviving(BlockKey key, BlockInfo info);

  /** One block. */
  record Key(BlockKey key) implements Selector {
    @Override
    public String text() {
      return "key:" + key.hex();
    }

    @Override
    public Optional<BlockInfo> surviving(BlockKey other, BlockInfo info) {
      return key.equals(other) ? Optional.empty() : Optional.of(info);
    }
  }

  /** Everything from one document of a tenant or shared collection. */
  record Document(Scope scope, String document) implements Selector {
    @Override
    public String text() {
      return "document:" + scope.text() + "/" + document;
    }

    @Override
    public Optional<BlockInfo> surviving(BlockKey key, BlockInfo info) {
      return withoutDocuments(
          scope, info, ref -> ref.document().filter(document::equals).isPresent());
    }
  }

  /** Everything from one collection of a tenant, or a shared collection. */
  record Collection(Scope scope, String collection) implements Selector {
    @Override
    public String text() {
      return "collection:" + scope.text() + "/" + collection;
    }

    @Override
    public Optional<BlockInfo> surviving(BlockKey key, BlockInfo info) {
      return withoutDocuments(
          scope, info, ref -> ref.collection().filter(collection::equals).isPresent());
    }
  }

  /** Everything of a tenant, or everything of a shared collection whatever it came from. */
  record Everything(Scope scope) implements Selector {
    @Override
    public String text() {
      return "scope:" + scope.text();
    }

    @Override
    public Optional<BlockInfo> surviving(BlockKey key, BlockInfo info) {
      return info.scope().equals(scope.text()) ? Optional.empty() : Optional.of(info);
    }
  }

  /** Everything that a model encoded. */
  record Model(String fingerprint) implements Selector {
    @Override
    public String text() {
      return "model:" + fingerprint;
    }

    @Override
    public Optional<BlockInfo> surviving(BlockKey key, BlockInfo info) {
      return info.model().equals(fingerprint) ? Optional.empty() : Optional.of(info);
    }
  }

  /**
   * Reads the canonical form.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Selector parse(String text) {
    int colon = text.indexOf(':');
    String kind = text.substring(0, Math.max(colon, 0));
    String rest = text.substring(colon + 1);
    return switch (kind) {
      case "key" -> new Key(BlockKey.parse(rest));
      case "model" -> new Model(rest);
      case "scope" -> new Everything(Scope.parse(rest));
      case "document" -> new Document(scopeOf(rest), nameOf(rest));
      case "collection" -> new Collection(scopeOf(rest), nameOf(rest));
      default ->
          throw new IllegalArgumentException(
              "a selector begins with key:, document:, collection:, scope: or model:: \"%s\""
                  .formatted(text));
    };
  }

  private static Scope scopeOf(String text) {
    return Scope.parse(text.substring(0, Math.max(text.indexOf('/'), 0)));
  }

  private static String nameOf(String text) {
    return text.substring(text.indexOf('/') + 1);
  }

  /** Every selector that would mean the block or one of its documents. */
  static List<Selector> meaning(BlockKey key, BlockInfo info) {
    Scope scope = Scope.parse(info.scope());
    List<Selector> all = new ArrayList<>();
    all.add(new Key(key));
    all.add(new Model(info.model()));
    all.add(new Everything(scope));
    for (DocumentRef ref : info.documents()) {
      ref.document().ifPresent(document -> all.add(new Document(scope, document)));
      ref.collection().ifPresent(collection -> all.add(new Collection(scope, collection)));
    }
    return all;
  }

  private static Optional<BlockInfo> withoutDocuments(
      Scope scope, BlockInfo info, Predicate<DocumentRef> gone) {
    if (!info.scope().equals(scope.text()) || info.documents().stream().noneMatch(gone)) {
      return Optional.of(info);
    }
    Set<DocumentRef> rest =
        info.documents().stream().filter(gone.negate()).collect(Collectors.toUnmodifiableSet());
    return rest.isEmpty() ? Optional.empty() : Optional.of(info.withDocuments(rest));
  }
}

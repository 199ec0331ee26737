package dev.kvasir.engine.prompt;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.Scope;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lays out prompts (DESIGN §6) for one model, element type and caller. Immutable and thread-safe;
 * cheap, so that a server makes one per tenant.
 *
 * <p>With passages: block 0, the opening of the system turn | one block a passage, still inside the
 * system turn | final block, the end of the system turn, the conversation and the assistant's
 * header. Every block is tokenised by itself and only the layout's own marks become special tokens.
 */
public final class PromptLayout {
  /** The system text of a request with passages that brings none of its own. */
  public static final String DEFAULT_HEADER =
      "You answer questions from the documents below. Use only what they say and answer in a few"
          + " words.";

  private final Tokenizer tokenizer;
  private final ChatMarkup markup;
  private final String modelFingerprint;
  private final ElementType elementType;
  private final Scoping scoping;
  private final CacheableBlock sink;

  /**
   * A layout whose blocks are keyed for this model, element type and caller. The default block 0 is
   * the same for all callers.
   *
   * @throws IllegalArgumentException where the model's chat template cannot be used
   */
  public PromptLayout(
      Tokenizer tokenizer, String modelFingerprint, ElementType elementType, Scoping scoping) {
    this.tokenizer = tokenizer;
    this.markup = new ChatMarkup(tokenizer);
    this.modelFingerprint = modelFingerprint;
    this.elementType = elementType;
    this.scoping = scoping;
    this.sink = block(markup.systemOpening(DEFAULT_HEADER), Optional.empty(), Scope.PUBLIC);
  }

  private PromptLayout(PromptLayout other, Scoping scoping) {
    this.tokenizer = other.tokenizer;
    this.markup = other.markup;
    this.modelFingerprint = other.modelFingerprint;
    this.elementType = other.elementType;
    this.scoping = scoping;
    this.sink = other.sink;
  }

  /** The same layout for another caller. */
  public PromptLayout forCaller(Scoping caller) {
    return caller.equals(scoping) ? this : new PromptLayout(this, caller);
  }

  /**
   * The prompt of a conversation; without passages it is the chat template's, as one final block. A
   * system message in front is block 0's text, later ones are ordinary turns.
   *
   * @throws IllegalArgumentException where there is no message or a passage is blank
   */
  public SegmentedPrompt chat(List<Message> messages, List<Passage> passages, PrefixMode prefix) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages is empty: send at least one message");
    }
    Optional<String> system = systemText(messages);
    List<Message> turns = system.isPresent() ? messages.subList(1, messages.size()) : messages;
    if (passages.isEmpty()) {
      return new SegmentedPrompt(List.of(), markup.conversation(messages));
    }
    CacheableBlock header = header(system);
    List<CacheableBlock> blocks = new ArrayList<>();
    blocks.add(header);
    Optional<CacheableBlock> behind = prefix(prefix, header);
    passages.forEach(passage -> blocks.add(passage(passage, behind)));
    return new SegmentedPrompt(blocks, markup.continuation(turns));
  }

  /** The caller's own scope. */
  public Scope scope() {
    return scoping.own();
  }

  /** Where the passage's block is kept. */
  public Scope scope(Passage passage) {
    return scoping.of(passage);
  }

  /** Block 0 for this system text, or the default one. It is never encoded behind anything. */
  public CacheableBlock header(Optional<String> systemText) {
    return systemText
        .filter(text -> !text.equals(DEFAULT_HEADER))
        .map(text -> block(markup.systemOpening(text), Optional.empty(), scoping.own()))
        .orElse(sink);
  }

  /**
   * A passage's block as it is inside {@link #chat}, for encoding ahead of time.
   *
   * @throws IllegalArgumentException where the passage is blank
   */
  public CacheableBlock passage(Passage passage, PrefixMode prefix, Optional<String> systemText) {
    return passage(passage, prefix(prefix, header(systemText)));
  }

  /**
   * The paper's raw prompt: each string is tokenised by itself, the last one is the query. Only the
   * first {@code localBlocks} are blocks, the others join the final block; 0 is full attention. The
   * first block is encoded alone; the others behind nothing ({@code NONE}), the first one ({@code
   * SYSTEM}) or the default block 0 ({@code SINK}).
   *
   * @throws IllegalArgumentException where there is no block or one is empty
   */
  public SegmentedPrompt raw(List<String> blocks, int localBlocks, PrefixMode prefix) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("blocks is empty: send at least the query");
    }
    if (localBlocks < 0) {
      throw new IllegalArgumentException(
          "num_local_attention_blocks must be 0 or more: " + localBlocks);
    }
    List<TokenIds> ids = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      ids.add(text(blocks.get(i), "blocks[" + i + "]"));
    }
    ids.set(0, begun(ids.getFirst()));
    int local = Math.min(localBlocks, blocks.size() - 1);
    return new SegmentedPrompt(
        rawBlocks(ids.subList(0, local), prefix), joined(ids.subList(local, ids.size())));
  }

  /**
   * The ids of a prompt without any template, behind the begin-of-sequence token where the model
   * wants it.
   *
   * @throws IllegalArgumentException where it is empty
   */
  public TokenIds plain(String prompt) {
    return begun(text(prompt, "prompt"));
  }

  private List<CacheableBlock> rawBlocks(List<TokenIds> ids, PrefixMode prefix) {
    List<CacheableBlock> blocks = new ArrayList<>();
    for (TokenIds block : ids) {
      blocks.add(
          block(
              block,
              blocks.isEmpty() ? Optional.empty() : prefix(prefix, blocks.getFirst()),
              scoping.own()));
    }
    return blocks;
  }

  private static TokenIds joined(List<TokenIds> parts) {
    return TokenIds.of(parts.stream().flatMapToInt(ids -> Arrays.stream(ids.toArray())).toArray());
  }

  private TokenIds text(String text, String name) {
    TokenIds ids = tokenizer.encode(text);
    if (ids.size() == 0) {
      throw new IllegalArgumentException(name + " is empty: send some text");
    }
    return ids;
  }

  private TokenIds begun(TokenIds ids) {
    return tokenizer.addsBeginOfSequence()
        ? joined(List.of(TokenIds.of(new int[] {tokenizer.beginOfSequence().orElseThrow()}), ids))
        : ids;
  }

  private CacheableBlock passage(Passage passage, Optional<CacheableBlock> prefix) {
    CacheableBlock block =
        block(tokenizer.encode(PassageText.of(passage)), prefix, scoping.of(passage));
    return new CacheableBlock(block.identity(), prefix, passage.documents());
  }

  private Optional<CacheableBlock> prefix(PrefixMode mode, CacheableBlock header) {
    return switch (mode) {
      case SINK -> Optional.of(sink);
      case SYSTEM -> Optional.of(header);
      case NONE -> Optional.empty();
    };
  }

  private CacheableBlock block(TokenIds tokens, Optional<CacheableBlock> prefix, Scope scope) {
    return new CacheableBlock(
        new BlockIdentity(
            modelFingerprint, elementType, prefix.map(CacheableBlock::key), scope.text(), tokens),
        prefix);
  }

  private static Optional<String> systemText(List<Message> messages) {
    Message first = messages.getFirst();
    return first.role() == Role.SYSTEM ? Optional.of(first.text()) : Optional.empty();
  }
}

package dev.kvasir.block;

import java.util.regex.Pattern;

/**
 * Who may share a block; part of its key. The server derives it from the caller's credential, so
 * that no request can name somebody else's.
 */
public sealed interface Scope {
  /** Tenants and collections are called like this. */
  Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /** The text of the fixed blocks that belong to nobody, such as the default block 0. */
  Scope PUBLIC = new Public();

  /** The canonical form: {@code tenant:NAME}, {@code shared:NAME} or {@code public}. */
  String text();

  /** One tenant's own blocks. */
  record Tenant(String name) implements Scope {
    public Tenant {
      requireName("tenant", name);
    }

    @Override
    public String text() {
      return "tenant:" + name;
    }
  }

  /** Blocks of a collection that an administrator opened to several tenants. */
  record Shared(String collection) implements Scope {
    public Shared {
      requireName("collection", collection);
    }

    @Override
    public String text() {
      return "shared:" + collection;
    }
  }

  /** Blocks made of nothing but Kvasir's own words. */
  record Public() implements Scope {
    @Override
    public String text() {
      return "public";
    }
  }

  /**
   * Reads the canonical form.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Scope parse(String text) {
    if (text.equals(PUBLIC.text())) {
      return PUBLIC;
    }
    if (text.startsWith("tenant:")) {
      return new Tenant(text.substring("tenant:".length()));
    }
    if (text.startsWith("shared:")) {
      return new Shared(text.substring("shared:".length()));
    }
    throw new IllegalArgumentException(
        "a scope is tenant:NAME, shared:NAME or public: \"" + text + "\"");
  }

  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a %s is 1 to 64 of a-z, 0-9, dot, dash and underscore: \"%s\"".formatted(what, name));
    }
  }
}

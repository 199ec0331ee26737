package dev.kvasir.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Keys computed independently:
 *
 * <pre>
 * import hashlib, struct
 * def frame(b): return struct.pack("&lt;i", len(b)) + b
 * def key(model, element, prefix, scope, tokens):
 *     fields = [b"kvasir-block-1", model.encode(), element.encode(), prefix, scope.encode(),
 *               b"".join(struct.pack("&lt;i", t) for t in tokens)]
 *     return hashlib.sha256(b"".join(map(frame, fields))).digest()
 * a = key("ab12", "FLOAT16", b"", "tenant-1", [1, 2, 3])
 * print(a.hex())
 * print(key("ab12", "FLOAT32", a, "tenant-1", [49151, 0, -1]).hex())
 * print(key("modèle", "FLOAT16", b"", "größe", [7]).hex())
 * print(key("ab12", "INT8", b"", "tenant-1", [1, 2, 3]).hex())
 * </pre>
 */
class BlockIdentityTest {
  private static final BlockIdentity FIRST =
      new BlockIdentity(
          "ab12", ElementType.FLOAT16, Optional.empty(), "tenant-1", TokenIds.of(1, 2, 3));

  @Test
  void key_withoutPrefix_equalsPython() {
    assertThat(FIRST.key().hex())
        .isEqualTo("d586e02f2ec59401c3c9c40bcc69fd01e7853b56d456533e603f95854cfa27ac");
  }

  @Test
  void key_behindPrefix_equalsPython() {
    BlockIdentity behind =
        new BlockIdentity(
            "ab12",
            ElementType.FLOAT32,
            Optional.of(FIRST.key()),
            "tenant-1",
            TokenIds.of(49151, 0, -1));
    assertThat(behind.key().hex())
        .isEqualTo("e39698b9b3e34e1fc5ffb371d95b685b5e15d0c45621134d0b7d379941ced7b8");
  }

  @Test
  void key_notAscii_equalsPython() {
    BlockIdentity foreign =
        new BlockIdentity("modèle", ElementType.FLOAT16, Optional.empty(), "größe", TokenIds.of(7));
    assertThat(foreign.key().hex())
        .isEqualTo("39e99f986ace387e49543849d5b8e7181aea9e3c2092b08598283667e25775eb");
  }

  @Test
  void key_int8_equalsPython() {
    BlockIdentity bytes =
        new BlockIdentity(
            "ab12", ElementType.INT8, Optional.empty(), "tenant-1", TokenIds.of(1, 2, 3));
    assertThat(bytes.key().hex())
        .isEqualTo("5518068b2526e309dc84234da02e9941c40faa053a897d42da97d642e210a136");
  }

  @Test
  void key_fieldsShiftedAcrossTheirBorder_differs() {
    BlockIdentity shifted =
        new BlockIdentity(
            "ab1", ElementType.FLOAT16, Optional.empty(), "2tenant-1", TokenIds.of(1, 2, 3));
    assertThat(shifted.key()).isNotEqualTo(FIRST.key());
  }
}

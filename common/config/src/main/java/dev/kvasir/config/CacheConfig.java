package dev.kvasir.config;

/** The local block cache of a decode worker. */
public record CacheConfig(
    @About("native memory for installed blocks, shared by all requests; 0 keeps none")
        Bytes bytes) {
  public static CacheConfig defaults() {
    return new CacheConfig(Bytes.ofMiB(1_024));
  }
}

package dev.kvasir.http.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS made from PEM files. */
public final class PemTls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");

  /** Protects the key in a store that never leaves the memory. */
  private static final char[] IN_MEMORY = new char[0];

  private PemTls() {}

  /**
   * TLS of a client that believes what these authorities signed, and nothing else.
   *
   * @param authorities one certificate or more; a server's own one may be its authority
   * @throws IllegalArgumentException with one sentence if the file has none
   */
  public static SSLContext trusting(Path authorities) {
    return context(null, trust(authorities));
  }

  /**
   * TLS of processes that show each other certificates.
   *
   * @param certificate this process's, then those up to the authority
   * @param key private key of it, PKCS 8
   * @param authorities those of the others' certificates
   * @throws IllegalArgumentException with one sentence if a file is not what it should be
   */
  public static SSLContext mutual(Path certificate, Path key, Path authorities) {
    try {
      KeyStore store = empty();
      store.setKeyEntry(
          "this",
          privateKey(key),
          IN_MEMORY,
          certificates(certificate).toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, IN_MEMORY);
      return context(keys, trust(authorities));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s and %s do not make TLS: %s".formatted(certificate, key, e.getMessage()), e);
    }
  }

  private static SSLContext context(@Nullable KeyManagerFactory keys, TrustManagerFactory trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static TrustManagerFactory trust(Path authorities) {
    try {
      KeyStore store = empty();
      int number = 0;
      for (Certificate certificate : certificates(authorities)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s is no PEM file of certificates that can be read: check path and content"
              .formatted(authorities),
          e);
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path pem)
      throws IOException, GeneralSecurityException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new IOException(pem + " has no certificate");
      }
      return all;
    }
  }

  private static PrivateKey privateKey(Path pem) throws IOException, GeneralSecurityException {
    Matcher found = KEY.matcher(Files.readString(pem));
    if (!found.find()) {
      throw new IOException(pem + " has no BEGIN PRIVATE KEY (PKCS 8)");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
    for (String kind : KEY_KINDS) {
      Optional<PrivateKey> key = ofKind(kind, encoded);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new IOException(pem + " is a key of no known kind: use RSA, EC or Ed25519");
  }

  private static Optional<PrivateKey> ofKind(String kind, PKCS8EncodedKeySpec encoded)
      throws GeneralSecurityException {
    try {
      return Optional.of(KeyFactory.getInstance(kind).generatePrivate(encoded));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    }
  }
}

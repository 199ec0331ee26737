package dev.kvasir.http.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client believes: the certificates in a PEM file. */
public final class Authorities {
  private Authorities() {}

  /**
   * TLS that believes what these authorities signed, and nothing else.
   *
   * @param pem one certificate or more; a server's own one may be its authority
   * @throws IllegalArgumentException with one sentence if the file has none
   */
  public static SSLContext of(Path pem) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store(pem));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s is no PEM file of certificates that can be read: check path and content"
              .formatted(pem),
          e);
    }
  }

  private static KeyStore store(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new IOException("no certificate");
      }
      int number = 0;
      for (Certificate certificate : all) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
    }
    return store;
  }
}

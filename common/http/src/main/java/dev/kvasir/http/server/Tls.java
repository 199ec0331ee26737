package dev.kvasir.http.server;

import java.nio.file.Path;

/**
 * What a server shows its clients.
 *
 * @param certificate PEM file with the certificate, then those up to the authority
 * @param key PEM file with the private key (PKCS 8)
 */
public record Tls(Path certificate, Path key) {}

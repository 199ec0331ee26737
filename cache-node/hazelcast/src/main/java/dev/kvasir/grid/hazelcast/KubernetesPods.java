package dev.kvasir.grid.hazelcast;

import com.hazelcast.config.KubernetesConfig;
import dev.kvasir.store.grid.join.Discovery;

/** Discovery through the Kubernetes API, the same for members and clients. */
final class KubernetesPods {
  private KubernetesPods() {}

  static void find(KubernetesConfig config, Discovery.Kubernetes wanted, int port) {
    config
        .setEnabled(true)
        .setProperty("namespace", wanted.namespace())
        .setProperty("service-name", wanted.service())
        .setProperty("service-port", Integer.toString(port));
  }
}

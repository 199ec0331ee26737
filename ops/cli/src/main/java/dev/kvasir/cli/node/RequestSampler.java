package dev.kvasir.cli.node;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Begins a trace with a share of the requests, never with work that no request asked for.
 *
 * @param share decides of requests
 */
record RequestSampler(Sampler share) implements Sampler {

  /** Follows the caller where there is one, and begins a trace with this share of the others. */
  static Sampler of(double share) {
    return Sampler.parentBased(new RequestSampler(Sampler.traceIdRatioBased(share)));
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return kind == SpanKind.SERVER
        ? share.shouldSample(parent, traceId, name, kind, attributes, links)
        : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "RequestSampler{" + share.getDescription() + "}";
  }
}

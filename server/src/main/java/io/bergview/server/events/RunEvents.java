package io.bergview.server.events;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.explain.ViewProvenance;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Converts refresh events to OpenLineage run events. A job is a view, a run one task on it with all
 * its attempts.
 */
final class RunEvents {
  private static final String DEFAULT_NAMESPACE = "bergview";
  private static final String VERSION =
      Optional.ofNullable(RunEvents.class.getPackage().getImplementationVersion())
          .orElse("development");

  private final OpenLineage facets = new OpenLineage(URI.create("urn:bergview:" + VERSION));
  private final Datasets datasets = new Datasets(facets);
  private final String namespace;
  private final UnaryOperator<String> mask;

  RunEvents(Optional<String> namespace, UnaryOperator<String> mask) {
    this.namespace = namespace.orElse(DEFAULT_NAMESPACE);
    this.mask = requireNonNull(mask, "mask is null");
  }

  /**
   * @param provenance of the view; empty where it cannot be read
   */
  OpenLineage.RunEvent of(UpkeepEvent event, Optional<ViewProvenance> provenance) {
    OpenLineage.RunEventBuilder told =
        facets
            .newRunEventBuilder()
            .eventTime(at(event.at()))
            .eventType(type(event))
            .run(run(event))
            .job(job(event.view(), provenance))
            .inputs(provenance.map(datasets::inputs).orElse(List.of()));
    Optional<RefreshResult> result =
        event instanceof UpkeepEvent.Completed completed
            ? Optional.of(completed.result())
            : Optional.empty();
    return told.outputs(provenance.map(found -> datasets.outputs(found, result)).orElse(List.of()))
        .build();
  }

  private static ZonedDateTime at(Instant time) {
    return time.atZone(ZoneOffset.UTC);
  }

  private static EventType type(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Failed failed) {
      if (failed.retryAt().isPresent()) {
        return EventType.RUNNING;
      }
      return failed.error().code() == ErrorCode.CANCELLED ? EventType.ABORT : EventType.FAIL;
    }
    return event instanceof UpkeepEvent.Started ? EventType.START : EventType.COMPLETE;
  }

  private OpenLineage.Run run(UpkeepEvent event) {
    OpenLineage.RunFacetsBuilder about =
        facets
            .newRunFacetsBuilder()
            .processing_engine(
                facets
                    .newProcessingEngineRunFacetBuilder()
                    .name("bergview")
                    .version(VERSION)
                    .build());
    if (trigger(event) instanceof RefreshTrigger.ScheduleTick tick) {
      about.nominalTime(
          facets.newNominalTimeRunFacetBuilder().nominalStartTime(at(tick.scheduled())).build());
    }
    if (event instanceof UpkeepEvent.Failed failed) {
      about.errorMessage(
          facets
              .newErrorMessageRunFacetBuilder()
              .message(
                  failed.error().code()
                      + ": "
                      + mask.apply(String.valueOf(failed.error().getMessage())))
              .programmingLanguage("JAVA")
              .build());
    }
    about.put("bergview_refresh", refresh(event));
    return facets.newRunBuilder().runId(runId(event)).facets(about.build()).build();
  }

  /** What no facet of the standard has room for. */
  private OpenLineage.RunFacet refresh(UpkeepEvent event) {
    OpenLineage.RunFacet facet = facets.newRunFacet();
    facet.getAdditionalProperties().put("occasion", trigger(event).label());
    if (event instanceof UpkeepEvent.Completed completed) {
      RefreshResult result = completed.result();
      facet.getAdditionalProperties().put("kind", result.kind().label());
      facet.getAdditionalProperties().put("reason", result.reason());
      facet.getAdditionalProperties().put("message", mask.apply(result.message()));
      facet.getAdditionalProperties().put("skipped", result.kind() == RefreshKind.SKIP);
    }
    return facet;
  }

  private static RefreshTrigger trigger(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Started started) {
      return started.trigger();
    }
    return event instanceof UpkeepEvent.Completed completed
        ? completed.trigger()
        : ((UpkeepEvent.Failed) event).trigger();
  }

  private static UUID runId(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Started started) {
      return started.run();
    }
    return event instanceof UpkeepEvent.Completed completed
        ? completed.run()
        : ((UpkeepEvent.Failed) event).run();
  }

  private OpenLineage.Job job(String view, Optional<ViewProvenance> provenance) {
    OpenLineage.JobFacetsBuilder about =
        facets
            .newJobFacetsBuilder()
            .jobType(
                facets
                    .newJobTypeJobFacetBuilder()
                    .processingType("BATCH")
                    .integration("BERGVIEW")
                    .jobType("VIEW")
                    .build());
    provenance.ifPresent(
        found ->
            about.documentation(
                facets
                    .newDocumentationJobFacetBuilder()
                    .description(found.definition())
                    .contentType("application/json")
                    .build()));
    return facets.newJobBuilder().namespace(namespace).name(view).facets(about.build()).build();
  }
}

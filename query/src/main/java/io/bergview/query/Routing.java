package io.bergview.query;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The candidates for answering a query, and why one was chosen.
 *
 * @param candidates the views of the same table, by name, and the sources last
 */
public record Routing(List<RoutingCandidate> candidates) {
  /** What became of a candidate. */
  public enum CandidateStatus {
    /** It answers. */
    CHOSEN,
    /** It could, and another reads less. */
    DEARER,
    /** It covers the query, and is too stale, or invalid. */
    STALE,
    /** It does not hold what is asked for. */
    LACKS,
    /** It cannot be read. */
    UNREADABLE;

    /** The name in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Somebody who might answer.
   *
   * @param view empty for the sources
   * @param why for display
   * @param bytes about how much would be read; empty where nobody looked
   */
  public record RoutingCandidate(
      Optional<String> view, CandidateStatus verdict, String why, OptionalLong bytes) {
    public RoutingCandidate {
      requireNonNull(view, "view is null");
      requireNonNull(verdict, "verdict is null");
      requireNonNull(why, "why is null");
      requireNonNull(bytes, "bytes is null");
    }
  }

  public Routing {
    candidates = List.copyOf(candidates);
  }

  /** Where nobody else was looked for. */
  static Routing only(Optional<String> asked, FindPlanner.Choice choice) {
    boolean itself = choice.by() == ResultOrigin.AnsweredBy.VIEW;
    String why =
        itself
            ? choice.state().map(state -> "asked, and " + state.state().word()).orElse("asked")
            : "no other view was looked for";
    return new Routing(
        List.of(
            new RoutingCandidate(
                itself ? asked : Optional.empty(),
                CandidateStatus.CHOSEN,
                why,
                OptionalLong.empty())));
  }

  /** Who answers. */
  public Optional<RoutingCandidate> chosen() {
    return candidates.stream()
        .filter(candidate -> candidate.verdict() == CandidateStatus.CHOSEN)
        .findFirst();
  }

  /** For machines. */
  public ArrayNode toJson() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (RoutingCandidate candidate : candidates) {
      ObjectNode entry = json.addObject();
      entry.put("view", candidate.view().orElse(null));
      entry.put("verdict", candidate.verdict().word());
      entry.put("why", candidate.why());
      entry.put("bytes", candidate.bytes().isPresent() ? candidate.bytes().getAsLong() : null);
    }
    return json;
  }
}

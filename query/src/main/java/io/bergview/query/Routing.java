package io.bergview.query;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    /** It does not cover the query. */
    LACKS,
    /** It cannot be read. */
    UNREADABLE;

    /** The name in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A candidate.
   *
   * @param view empty for the sources
   * @param why for display
   * @param bytes estimated bytes to read; empty if not estimated
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

  /** If no others were considered. */
  static Routing only(Optional<String> asked, FindPlanner.Choice choice) {
    boolean itself = choice.by() == ResultOrigin.AnsweredBy.VIEW;
    String why =
        itself
            ? choice.state().map(state -> "asked, and " + state.state().label()).orElse("asked")
            : "no other view was looked for";
    return new Routing(
        List.of(
            new RoutingCandidate(
                itself ? asked : Optional.empty(),
                CandidateStatus.CHOSEN,
                why,
                OptionalLong.empty())));
  }

  /** With the views that were chosen for what these leave to the sources. */
  Routing and(Routing rest) {
    Map<Optional<String>, RoutingCandidate> more = new HashMap<>();
    rest.candidates().stream()
        .filter(candidate -> candidate.verdict() == CandidateStatus.CHOSEN)
        .filter(candidate -> candidate.view().isPresent())
        .forEach(candidate -> more.put(candidate.view(), candidate));
    return new Routing(
        candidates.stream()
            .map(candidate -> more.getOrDefault(candidate.view(), candidate))
            .toList());
  }

  /** Who answers: the sources, or the views, by name. */
  public List<RoutingCandidate> allChosen() {
    return candidates.stream()
        .filter(candidate -> candidate.verdict() == CandidateStatus.CHOSEN)
        .toList();
  }

  /** Who answers, or the first by name of several views. */
  public Optional<RoutingCandidate> chosen() {
    return allChosen().stream().findFirst();
  }

  /** For machines. */
  public ArrayNode toJson() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (RoutingCandidate candidate : candidates) {
      ObjectNode entry = json.addObject();
      entry.put("view", candidate.view().orElse(null));
      entry.put("verdict", candidate.verdict().label());
      entry.put("why", candidate.why());
      entry.put("bytes", candidate.bytes().isPresent() ? candidate.bytes().getAsLong() : null);
    }
    return json;
  }
}

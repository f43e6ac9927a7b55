package io.bergview.refresh;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.SourceState;
import io.bergview.staleness.SourceState.Finding;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what a refresh does. A fresh view is skipped; changes of its sources are applied
 * incrementally if both ends of each can be read; otherwise it is recomputed, and the reason says
 * why. {@code $refresh.policy} bounds the choice.
 */
public final class RefreshPlanner {
  private RefreshPlanner() {}

  /** What a refresh without {@code --full} would do, policy aside; for explanations. */
  public static RefreshPlan preview(ViewState state) {
    if (state.state() == Freshness.FRESH) {
      return unneeded(state);
    }
    if (state.reason().isOfTheView()) {
      return new RefreshPlan.Full(
          RefreshReason.of(state.reason()), state.message(), mayBeLaidOutOtherwise(state.reason()));
    }
    if (onlyUpstreamIsBehind(state)) {
      return new RefreshPlan.Skip(
          RefreshReason.UPSTREAM_STALE,
          "View %s is up to date with its upstream views, which are stale themselves: %s"
              .formatted(state.view(), state.message()));
    }
    Finding deciding = deciding(state);
    return deciding.reason().canBeFollowed()
        ? new RefreshPlan.Incremental(
            RefreshKind.MERGE, RefreshReason.of(deciding.reason()), deciding.message())
        : new RefreshPlan.Full(RefreshReason.of(deciding.reason()), deciding.message(), false);
  }

  /** Of a view that is fresh. */
  private static RefreshPlan unneeded(ViewState state) {
    if (state.sources().stream().noneMatch(RefreshPlanner::isElsewhere)) {
      return new RefreshPlan.Skip(RefreshReason.UP_TO_DATE, state.message());
    }
    String message =
        "Sources of view %s have new snapshots with the same rows".formatted(state.view());
    return state.sources().stream()
            .filter(SourceState::direct)
            .anyMatch(RefreshPlanner::isElsewhere)
        ? new RefreshPlan.Advance(
            RefreshReason.ONLY_COMPACTION, message + "; only its lineage advances to them")
        : new RefreshPlan.Skip(RefreshReason.ONLY_COMPACTION, message);
  }

  private static boolean isElsewhere(SourceState source) {
    return source.currentSnapshotId() != source.lineageSnapshotId();
  }

  /**
   * Whether the tables that the view reads are as it has seen them, and only views among them, or
   * the base tables those, have moved on. Then there is nothing new to read.
   */
  private static boolean onlyUpstreamIsBehind(ViewState state) {
    List<Reason> direct =
        state.sources().stream().filter(SourceState::direct).map(SourceState::reason).toList();
    return direct.stream().anyMatch(RefreshPlanner::isUpstream)
        && direct.stream().allMatch(reason -> reason == Reason.UP_TO_DATE || isUpstream(reason));
  }

  /**
   * What decides on the kind: the weightiest of what the tables say that the view itself reads,
   * since these are what is compared. Where nothing changed in them, it is the view's state.
   */
  private static Finding deciding(ViewState state) {
    return state.sources().stream()
        .filter(SourceState::direct)
        .map(SourceState::own)
        .filter(own -> own.reason() != Reason.UP_TO_DATE)
        .max(Comparator.comparing(Finding::reason))
        .orElseGet(() -> new Finding(followed(state.reason()), state.message()));
  }

  /** A table that is upstream only of an upstream view may be gone; that view still exists. */
  private static Reason followed(Reason reason) {
    return reason.canBeFollowed() ? reason : Reason.SOURCE_CHANGED;
  }

  private static boolean isUpstream(Reason reason) {
    return reason == Reason.UPSTREAM_STALE || reason == Reason.UPSTREAM_INVALID;
  }

  /**
   * Whether it is unknown that the layout is the definition's. Foreign rows and a lost lineage hide
   * a change of the definition behind them, and so does a view that has no lineage yet.
   */
  public static boolean mayBeLaidOutOtherwise(Reason reason) {
    return switch (reason) {
      case NEVER_REFRESHED, DEFINITION_CHANGED, LINEAGE_LOST, FOREIGN_WRITES -> true;
      default -> false;
    };
  }

  /**
   * @throws RefusedException {@code POLICY_REFUSED}, {@code FOREIGN_WRITES}
   * @throws NotFoundException {@code SOURCE_NOT_FOUND}, {@code SOURCE_REF_DROPPED} if a source is
   *     gone
   */
  public static RefreshPlan plan(RegisteredView view, ViewState state, boolean full) {
    refuseDropped(view, state);
    if (!full && state.reason() == Reason.FOREIGN_WRITES) {
      throw new RefusedException(
          ErrorCode.FOREIGN_WRITES,
          state.message() + "; refresh with --full to replace what was written");
    }
    RefreshPlan plan = preview(state);
    if (full) {
      return plan instanceof RefreshPlan.Full needed
          ? needed
          : new RefreshPlan.Full(RefreshReason.REQUESTED, "A full refresh was requested", false);
    }
    if (plan instanceof RefreshPlan.Full needed) {
      return bounded(view, state, needed);
    }
    boolean always = view.definition().view().refresh().policy() == Policy.FULL;
    return always && plan instanceof RefreshPlan.Incremental
        ? new RefreshPlan.Full(
            plan.reason(), plan.message() + "; the policy is to recompute", false)
        : plan;
  }

  private static void refuseDropped(RegisteredView view, ViewState state) {
    if (state.reason().isOfTheView()) {
      return;
    }
    if (deciding(state).reason() == Reason.SOURCE_REF_DROPPED) {
      throw new NotFoundException(
          ErrorCode.SOURCE_REF_DROPPED,
          "View %s cannot be refreshed: the branch or tag that it has read is gone. %s; the view keeps its last result. Create the ref again, or change the definition"
              .formatted(view.name(), deciding(state).message()));
    }
    if (deciding(state).reason() == Reason.SOURCE_DROPPED) {
      throw new NotFoundException(
          ErrorCode.SOURCE_NOT_FOUND,
          "View "
              + view.name()
              + " cannot be refreshed: "
              + deciding(state).message()
              + "; it keeps its last result. Bring the table back, or change the definition");
    }
  }

  /**
   * The plan for a view that appends: a batch, fresh or not, unless that or a later one exists. The
   * policy does not apply, since nothing is incremental.
   *
   * @param scheduled the instant of the batch
   * @param full whether foreign rows are accepted
   * @throws RefusedException {@code FOREIGN_WRITES}
   * @throws NotFoundException {@code SOURCE_NOT_FOUND}, {@code SOURCE_REF_DROPPED} if a source is
   *     gone
   */
  public static RefreshPlan batch(
      RegisteredView view, ViewState state, boolean full, Instant scheduled) {
    refuseDropped(view, state);
    if (!full && state.reason() == Reason.FOREIGN_WRITES) {
      throw new RefusedException(
          ErrorCode.FOREIGN_WRITES,
          state.message()
              + "; refresh with --full to add the next batch to what was written, or roll the table"
              + " back");
    }
    Optional<Instant> last = LastBatch.of(view.table());
    if (last.isPresent() && !last.get().isBefore(scheduled)) {
      return new RefreshPlan.Skip(
          RefreshReason.BATCH_IS_THERE,
          "The last batch of view %s is of %s; no batch of %s can be added any more"
              .formatted(view.name(), last.get(), scheduled));
    }
    return new RefreshPlan.Batch(
        scheduled,
        RefreshReason.BATCH,
        "View %s appends: the whole result is added as the batch of %s"
            .formatted(view.name(), scheduled),
        mayBeLaidOutOtherwise(state.reason()));
  }

  /**
   * What is planned for a view that appends, and that is refreshed only since others read it: its
   * schedule says when it gets its batches, but for the first.
   */
  public static RefreshPlan afterUpstream(RegisteredView view, ViewState state, Instant now) {
    return state.reason() == Reason.NEVER_REFRESHED
        ? batch(view, state, false, now)
        : new RefreshPlan.Skip(
            RefreshReason.NOT_DUE,
            "View %s gets its batches by its schedule; name it to add one now"
                .formatted(view.name()));
  }

  /**
   * The plan for a view after its upstream views are refreshed, as far as it can be predicted.
   *
   * @param state the state before
   * @param upstream the views that will have changed, by name
   * @throws RefusedException and {@code NotFoundException} as {@link #plan}
   */
  public static RefreshPlan planAfter(
      RegisteredView view, ViewState state, boolean full, List<String> upstream) {
    RefreshPlan plan = plan(view, state, full);
    if (plan instanceof RefreshPlan.Full) {
      return plan;
    }
    RefreshReason reason = RefreshReason.UPSTREAM_STALE;
    String message =
        "It applies what the refresh of %s changes there".formatted(String.join(", ", upstream));
    return view.definition().view().refresh().policy() == Policy.FULL
        ? new RefreshPlan.Full(reason, message + "; the policy is to recompute", false)
        : new RefreshPlan.Incremental(RefreshKind.MERGE, reason, message);
  }

  /**
   * A full refresh that turned out to be needed, if the policy allows it.
   *
   * @throws RefusedException {@code POLICY_REFUSED}
   */
  public static RefreshPlan.Full bounded(
      RegisteredView view, ViewState state, RefreshPlan.Full plan) {
    boolean nothingToBuildOn =
        state.reason() == Reason.NEVER_REFRESHED || state.reason() == Reason.DEFINITION_CHANGED;
    if (nothingToBuildOn) {
      return plan;
    }
    return switch (view.definition().view().refresh().policy()) {
      case STRICT ->
          throw new RefusedException(
              ErrorCode.POLICY_REFUSED,
              "View %s would have to be recomputed in full (%s: %s), which its policy 'strict' forbids; refresh with --full, or change $refresh.policy"
                  .formatted(view.name(), plan.reason(), plan.message()));
      case INCREMENTAL ->
          new RefreshPlan.Full(
              plan.reason(),
              plan.message() + "; the policy asks for an incremental refresh, this is a full one",
              plan.relayout());
      case AUTO, FULL -> plan;
    };
  }
}

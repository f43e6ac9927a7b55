package io.bergview.upkeep.work;

import io.bergview.upkeep.Occasion;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What waits, and what is being worked on. Who has waited longest is first; a view that is wanted
 * again and again takes its turn like any other. At most one piece of each view waits, and of each
 * family one batch is worked on. Time is what the caller says it is. Not thread-safe.
 */
final class Backlog {
  private final Map<String, Piece> waiting = new LinkedHashMap<>();
  private final Map<String, Piece> running = new LinkedHashMap<>();
  private final Set<String> busyFamilies = new HashSet<>();
  private final Set<String> paused = new HashSet<>();
  private final Batches batches = new Batches();
  private Families families = Families.NONE;

  /** Pieces of one family that are worked on together. */
  record Batch(String family, List<Piece> pieces) {
    Batch {
      pieces = List.copyOf(pieces);
    }
  }

  void families(Families now) {
    families = now;
  }

  /** Views that append: each tick of theirs is a piece of its own. */
  void appending(Set<String> views) {
    batches.of(views);
  }

  /** The ticks of a view that will have no batch, since too many wait; empty as a rule. */
  List<Instant> add(RefreshTask task, CompletableFuture<UpkeepEvent> waiter, Instant now) {
    Piece piece = waiting.get(task.view());
    List<Instant> lost = List.of();
    if (piece == null) {
      piece = new Piece(task, now);
      waiting.put(task.view(), piece);
    } else if (batches.isAnother(piece, task)) {
      Batches.Added added = batches.add(piece, task, now);
      waiting.put(task.view(), added.first());
      piece = added.piece();
      lost = added.lost();
    } else {
      piece.takeIn(task, now);
    }
    piece.addWaiter(waiter);
    return lost;
  }

  /** Commits to the sources of a view that was given up are no reason to try it before then. */
  void hold(String view, Instant until, int attempts) {
    Piece piece = waiting.get(view);
    if (piece != null && piece.isOf(Occasion.Change.class)) {
      piece.hold(until, attempts);
    }
  }

  /** What waits of a view is tried at once, as if it had never failed. */
  void anew(String view, Instant now) {
    Piece piece = waiting.get(view);
    if (piece != null) {
      piece.anew(now);
    }
  }

  /** What is to be done now, which is worked on from now on; empty where nothing is ready. */
  Optional<Batch> next(Instant now) {
    Optional<String> family =
        waiting.values().stream()
            .filter(piece -> isReady(piece, now))
            .min(Comparator.comparing(Piece::since))
            .map(piece -> families.of(piece.view()));
    return family.map(
        chosen -> {
          List<Piece> pieces =
              waiting.values().stream()
                  .filter(piece -> families.of(piece.view()).equals(chosen))
                  .filter(piece -> isReady(piece, now))
                  .toList();
          for (Piece piece : pieces) {
            waiting.remove(piece.view());
            batches.next(piece.view()).ifPresent(next -> waiting.put(next.view(), next));
            running.put(piece.view(), piece);
          }
          busyFamilies.add(chosen);
          return new Batch(chosen, pieces);
        });
  }

  private boolean isReady(Piece piece, Instant now) {
    return isFree(piece) && !piece.ready().isAfter(now);
  }

  /** A family may have grown since a piece of it was begun. */
  private boolean isFree(Piece piece) {
    return !paused.contains(piece.view())
        && !running.containsKey(piece.view())
        && !busyFamilies.contains(families.of(piece.view()));
  }

  /** When something will be ready; empty where that takes an event. */
  Optional<Instant> nextReady() {
    return waiting.values().stream()
        .filter(this::isFree)
        .map(Piece::ready)
        .min(Comparator.naturalOrder());
  }

  void ended(Batch batch) {
    busyFamilies.remove(batch.family());
    batch.pieces().forEach(piece -> running.remove(piece.view(), piece));
  }

  /**
   * A piece is to be tried again. Where somebody has asked for the view meanwhile, that is the next
   * attempt; what else has wanted it waits for that with it.
   */
  void putBack(Piece piece, Instant retryAt) {
    Piece newer = waiting.get(piece.view());
    if (newer != null && batches.keeps(piece)) {
      batches.putBack(newer);
      newer = null;
    }
    if (newer != null && newer.isOf(Occasion.Asked.class)) {
      piece.waiters().forEach(newer::addWaiter);
      return;
    }
    if (newer != null) {
      piece.takeIn(newer);
    }
    piece.waitUntil(retryAt);
    waiting.put(piece.view(), piece);
  }

  void pause(String view) {
    paused.add(view);
  }

  /** These are paused, and no others. */
  void pauseOnly(Set<String> views) {
    paused.clear();
    paused.addAll(views);
  }

  void resume(String view) {
    paused.remove(view);
  }

  /** Views that are not among these are gone. */
  void resumeAllBut(Set<String> views) {
    paused.retainAll(views);
  }

  Set<String> paused() {
    return Set.copyOf(paused);
  }

  List<Piece> waiting() {
    return List.copyOf(waiting.values());
  }

  List<Piece> running() {
    return List.copyOf(running.values());
  }

  /** Nothing waits any more. */
  List<Piece> abandonWaiting() {
    List<Piece> left = new ArrayList<>(waiting.values());
    left.addAll(batches.abandon());
    waiting.clear();
    return left;
  }
}

package io.bergview.refresh.run;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.RefusedException;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshListener;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.pin.BaseTables;
import io.bergview.refresh.pin.StalePinException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The execution of one request.
 *
 * <p>The base tables of all its views are pinned together, before the first is refreshed. Each view
 * comes after its upstream views and is derived from exactly that state of the base tables, so that
 * a view that reaches one of them by several paths never sees two states of it, whatever is
 * committed meanwhile. If another process has refreshed one of the views to a later state, or a
 * pinned file is gone, everything is pinned again and repeated; views that are up to date are then
 * skipped.
 */
final class RefreshRun {
  private static final int MOST_ATTEMPTS = 5;

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final RefreshProgress progress;
  private final ViewRefresh refresh;
  private final RefreshRequest request;
  private final List<RefreshResult> done = new ArrayList<>();
  private final Map<String, BergviewException> failures = new LinkedHashMap<>();
  private final Set<String> changed = new HashSet<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final FailureNotes notes;
  private final RefreshEventPublisher eventPublisher;
  private final CascadedUpstreams brought;
  private final Instant asked;

  RefreshRun(
      ProjectContext context,
      RefreshProgress progress,
      ViewRefresh refresh,
      RefreshRequest request,
      RefreshListener listener) {
    this.eventPublisher =
        new RefreshEventPublisher(request.dryRun() ? RefreshListener.NONE : listener);
    this.notes = new FailureNotes(context);
    this.asked = context.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.progress = progress;
    this.refresh = refresh;
    this.request = request;
    this.brought = new CascadedUpstreams(request);
  }

  RefreshOutcome run() {
    ViewListing chosen = chosen();
    for (int pass = 1; ; pass++) {
      try {
        RefreshOutcome outcome = pass(chosen, pass == MOST_ATTEMPTS);
        eventPublisher.outcome(outcome);
        return outcome;
      } catch (StalePinException e) {
        failures.clear();
        chosen = again(chosen);
      } catch (RuntimeException | Error unexpected) {
        eventPublisher.broken(unexpected);
        throw unexpected;
      }
    }
  }

  private RefreshOutcome pass(ViewListing chosen, boolean last) {
    if (request.dryRun()) {
      done.clear();
      changed.clear();
    }
    BaseTables bases = new BaseTables(catalogs);
    RefreshOrder order = new RefreshOrder(chosen.views());
    if (request.upstream()) {
      order.addUpstream(registry, bases);
    } else {
      brought.addTo(order, registry, bases);
    }
    List<RegisteredView> views = order.inOrder();
    bases.pin(views);
    for (RegisteredView view : views) {
      notes.begin(view);
      eventPublisher.begin(view.name());
      List<String> upstream = order.upstream(view).stream().map(RegisteredView::name).toList();
      try {
        refuseWithout(upstream, view);
        add(request.dryRun() ? forecast(view, bases, upstream) : refresh(view, bases, last));
      } catch (StalePinException e) {
        if (!last) {
          progress.phase(view.name(), "planning again");
          throw e;
        }
        failures.put(view.name(), stalePin(view, e));
      } catch (BergviewException e) {
        failures.put(view.name(), e);
      } catch (RuntimeException | OutOfMemoryError unexpected) {
        if (refresh.isCancelled()) {
          failures.put(view.name(), new CancelledException(unexpected));
          continue;
        }
        if (!request.dryRun()) {
          failures.forEach(notes::write);
          notes.write(view.name(), unexpected);
        }
        throw unexpected;
      }
    }
    if (!request.dryRun()) {
      chosen.unreadable().forEach(notes::write);
      failures.forEach(notes::write);
    }
    List<RefreshOutcome.Failure> failed = new ArrayList<>();
    chosen
        .unreadable()
        .forEach(broken -> failed.add(new RefreshOutcome.Failure(broken.name(), broken.error())));
    failures.forEach((view, error) -> failed.add(new RefreshOutcome.Failure(view, error)));
    return new RefreshOutcome(done, failed);
  }

  private ViewListing chosen() {
    return request.all()
        ? registry.listing()
        : new ViewListing(
            request.views().stream().distinct().map(registry::find).toList(), List.of());
  }

  /** The same views in their current state; one dropped meanwhile counts as unreadable. */
  private ViewListing again(ViewListing before) {
    if (request.all()) {
      return registry.listing();
    }
    List<RegisteredView> views = new ArrayList<>();
    List<ViewListing.Unreadable> unreadable = new ArrayList<>(before.unreadable());
    for (RegisteredView view : before.views()) {
      try {
        views.add(registry.find(view.name()));
      } catch (BergviewException e) {
        unreadable.add(
            new ViewListing.Unreadable(
                view.catalog(), Optional.of(view.tableName()), Optional.of(view.name()), e));
      }
    }
    return new ViewListing(views, unreadable);
  }

  private RefreshResult forecast(RegisteredView view, BaseTables bases, List<String> upstream) {
    List<String> changing = upstream.stream().filter(changed::contains).toList();
    return refresh.forecast(view, bases, options(view.name(), request.full()), changing);
  }

  /** The same instant however often it is tried, so that a batch is one batch. */
  private ViewRefresh.RefreshOptions options(String view, boolean full) {
    boolean named = request.all() || request.views().contains(view);
    return new ViewRefresh.RefreshOptions(
        full, named, request.ticks().getOrDefault(view, asked), request.engine());
  }

  private void refuseWithout(List<String> upstream, RegisteredView view) {
    for (String other : upstream) {
      BergviewException failure = failures.get(other);
      if (failure != null && failure.code() == ErrorCode.CANCELLED) {
        throw new CancelledException(failure);
      }
    }
    List<String> missing =
        upstream.stream()
            .filter(failures::containsKey)
            .map(other -> "%s, whose refresh failed with %s".formatted(other, failed(other)))
            .toList();
    if (!missing.isEmpty()) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "View %s was not refreshed, since it reads %s"
              .formatted(view.name(), String.join("; and ", missing)));
    }
  }

  private String failed(String view) {
    BergviewException error = requireNonNull(failures.get(view));
    return "%s: %s".formatted(error.code(), error.getMessage());
  }

  /** Going through all again, what was done before stays said. */
  private void add(RefreshResult result) {
    eventPublisher.result(result);
    boolean skipped = result.kind() == RefreshKind.SKIP;
    boolean again = done.stream().anyMatch(before -> before.view().equals(result.view()));
    if (!skipped) {
      changed.add(result.view());
      done.removeIf(
          before -> before.view().equals(result.view()) && before.kind() == RefreshKind.SKIP);
    }
    if (!skipped || !again) {
      done.add(result);
    }
  }

  private RefreshResult refresh(RegisteredView seen, BaseTables bases, boolean last) {
    RegisteredView view = seen;
    while (true) {
      int attempt = requireNonNull(attempts.merge(view.name(), 1, Integer::sum));
      try {
        boolean full = request.full() && !changed.contains(view.name());
        String name = view.name();
        return refresh.run(
            view, bases, options(name, full), attempt == 1, kind -> notes.tried(name, kind));
      } catch (ConflictException e) {
        if (attempt >= MOST_ATTEMPTS) {
          throw e;
        }
      } catch (MissingFileException e) {
        throw last || attempt >= MOST_ATTEMPTS ? e : new StalePinException(e);
      } catch (RefusedException e) {
        boolean passing =
            e.code() == ErrorCode.UPSTREAM_DIVERGED
                && (request.cascades() || brought.readsMore(view.name()));
        throw last || !passing ? e : new StalePinException(e);
      }
      progress.phase(view.name(), "planning again");
      view = registry.find(view.name());
    }
  }

  private static ConflictException stalePin(RegisteredView view, StalePinException e) {
    return new ConflictException(
        ErrorCode.COMMIT_CONFLICT,
        "View %s could not be refreshed to one state of its base tables, since somebody else refreshes too: %s; nothing was committed, refresh again"
            .formatted(view.name(), e.getMessage()),
        e);
  }
}

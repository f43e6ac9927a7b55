package io.bergview.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.projection.text.Quantities;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Submits a refresh, and waits for it if the request says so. */
final class RefreshHandler {
  private static final List<String> KEYS = List.of("full", "wait");
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Bergview bergview;
  private final UpkeepControl upkeep;
  private final Clock clock;
  private final Responses replies;

  RefreshHandler(Bergview bergview, UpkeepControl upkeep, Clock clock, Responses replies) {
    this.bergview = bergview;
    this.upkeep = upkeep;
    this.clock = clock;
    this.replies = replies;
  }

  /**
   * @param patience how long it is waited for; zero for not at all
   */
  private record RefreshParameters(boolean full, Duration patience) {}

  void refresh(Context request) {
    RefreshParameters parameters = parameters(Routes.body(request));
    if (upkeep.status().stopping()) {
      throw new RefusedException(ErrorCode.STOPPING, "The service is stopping");
    }
    String view = bergview.getViewState(request.pathParam("name")).view();
    CompletableFuture<UpkeepEvent> done =
        upkeep
            .submit(
                new RefreshTask(
                    view, new RefreshTrigger.Requested(clock.instant(), parameters.full())))
            .toCompletableFuture();
    if (parameters.patience().isZero()) {
      accepted(request, view);
      return;
    }
    CompletableFuture<@Nullable UpkeepEvent> patient = done.thenApply(event -> event);
    request.future(
        () ->
            patient
                .completeOnTimeout(null, parameters.patience().toMillis(), TimeUnit.MILLISECONDS)
                .handle((event, thrown) -> reply(request, view, event, thrown)));
  }

  private boolean reply(
      Context request, String view, @Nullable UpkeepEvent event, @Nullable Throwable thrown) {
    if (thrown != null) {
      Throwable cause =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      replies.error(
          request,
          cause instanceof CancellationException
              ? new RefusedException(
                  ErrorCode.STOPPING, "The service stopped before view " + view + " was refreshed")
              : cause);
    } else if (event instanceof UpkeepEvent.Completed completed) {
      replies.json(request, completed.result().toJson());
    } else if (event instanceof UpkeepEvent.Failed failed) {
      replies.error(request, failed.error());
    } else {
      accepted(request, view);
    }
    return true;
  }

  private void accepted(Context request, String view) {
    request.status(202);
    replies.json(
        request, JsonNodeFactory.instance.objectNode().put("view", view).put("accepted", true));
  }

  private static RefreshParameters parameters(byte[] body) {
    JsonBody json = JsonBody.read(body, KEYS);
    return new RefreshParameters(
        json.isTrue("full"),
        json.string("wait").map(RefreshHandler::patience).orElse(Duration.ZERO));
  }

  private static Duration patience(String wait) {
    try {
      Duration asked = Quantities.duration(wait);
      return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    } catch (IllegalArgumentException e) {
      throw JsonBody.wrong("'wait': " + e.getMessage());
    }
  }
}

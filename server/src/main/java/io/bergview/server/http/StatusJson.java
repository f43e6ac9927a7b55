package io.bergview.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** The status of upkeep as JSON. */
final class StatusJson {
  private StatusJson() {}

  static ObjectNode of(UpkeepStatus status, UnaryOperator<String> mask) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ready", status.ready());
    json.put("stopping", status.stopping());
    ArrayNode running = json.putArray("running");
    status
        .running()
        .forEach(
            work ->
                running
                    .addObject()
                    .put("view", work.view())
                    .put("occasion", work.trigger().label())
                    .put("run", work.run().toString())
                    .put("attempt", work.attempt())
                    .put("since", work.since().toString()));
    ArrayNode waiting = json.putArray("waiting");
    status
        .waiting()
        .forEach(
            work ->
                waiting
                    .addObject()
                    .put("view", work.view())
                    .put("occasion", work.trigger().label())
                    .put("attempt", work.attempt())
                    .put("since", work.since().toString())
                    .put("retryAt", work.retryAt().map(Instant::toString).orElse(null)));
    status.paused().forEach(json.putArray("paused")::add);
    ArrayNode givenUp = json.putArray("failed");
    status
        .givenUp()
        .forEach(
            failed ->
                givenUp
                    .addObject()
                    .put("view", failed.view())
                    .put("at", failed.at().toString())
                    .put("attempts", failed.attempts())
                    .put("code", failed.code().name())
                    .put("message", mask.apply(failed.message())));
    ArrayNode behind = json.putArray("behindUpstream");
    status
        .behindUpstream()
        .forEach(
            skipped ->
                behind
                    .addObject()
                    .put("view", skipped.view())
                    .put("at", skipped.at().toString())
                    .put("message", mask.apply(skipped.message())));
    ObjectNode next = json.putObject("next");
    status.next().forEach((view, at) -> next.put(view, at.toString()));
    json.putObject("watch")
        .put("tables", status.watch().tables())
        .put("polls", status.watch().polls())
        .put("failedPolls", status.watch().failedPolls())
        .put("lastPoll", status.watch().lastPoll().map(Instant::toString).orElse(null));
    return json;
  }
}

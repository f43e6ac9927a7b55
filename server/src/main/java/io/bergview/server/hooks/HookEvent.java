package io.bergview.server.hooks;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.settings.HookSettings.Trigger;

/**
 * An event that a hook is run for.
 *
 * @param json the content of the notification, without secrets
 */
record HookEvent(Trigger trigger, String view, ObjectNode json) {
  HookEvent {
    requireNonNull(trigger, "trigger is null");
    requireNonNull(view, "view is null");
    requireNonNull(json, "json is null");
  }
}

package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * The section {@code quartz} of {@code serve}: where the processes that keep one project fresh
 * together keep their schedules. Without it each process keeps its own, in memory.
 *
 * @param url of the database, {@code jdbc:postgresql://...}
 * @param password never shown
 * @param name processes of the same name share the schedules
 * @param instance of this process, different from all others; empty for one made up
 * @param checkIn how often a process says that it is alive; one that is silent for a while longer
 *     is taken to be dead, and what it was doing is done by another
 */
public record QuartzSettings(
    String url,
    Optional<String> user,
    Optional<String> password,
    String name,
    Optional<String> instance,
    Duration checkIn) {
  public QuartzSettings {
    requireNonNull(url, "url is null");
    requireNonNull(user, "user is null");
    requireNonNull(password, "password is null");
    requireNonNull(name, "name is null");
    requireNonNull(instance, "instance is null");
    requireNonNull(checkIn, "checkIn is null");
  }

  /** Without the database, whose URL may have secrets in it. */
  @Override
  public String toString() {
    return "schedules of " + name;
  }
}

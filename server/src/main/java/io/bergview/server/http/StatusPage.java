package io.bergview.server.http;

import static java.util.stream.Collectors.toMap;

import io.bergview.staleness.ViewState;
import io.bergview.upkeep.UpkeepStatus;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The status page: all views, for a browser. Nothing is loaded from anywhere. */
final class StatusPage {
  private static final String STYLE =
      """
      body{font:15px/1.4 system-ui,sans-serif;margin:2em;color:#222}
      table{border-collapse:collapse}td,th{text-align:left;padding:.3em .8em;border-bottom:1px solid #ddd}
      .fresh{color:#176b2c}.stale{color:#8a5a00}.invalid,.failed{color:#a11}
      """;

  private final Service service;
  private final UnaryOperator<String> mask;

  StatusPage(Service service, UnaryOperator<String> mask) {
    this.service = service;
    this.mask = mask;
  }

  void write(Context request) {
    request
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .header("X-Frame-Options", "DENY")
        .html(page());
  }

  private String page() {
    UpkeepStatus status = service.upkeep().status();
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta http-equiv=\"refresh\" content=\"15\"><title>Bergview</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Bergview</h1><p>")
        .append(escaped(service.bergview().project().directory().toString()))
        .append(". ")
        .append(
            "%d running, %d waiting, %d paused, %d given up, %d behind their upstream%s"
                .formatted(
                    status.running().size(),
                    status.waiting().size(),
                    status.paused().size(),
                    status.givenUp().size(),
                    status.behindUpstream().size(),
                    status.stopping() ? ", stopping" : ""))
        .append(".</p>");
    service
        .states()
        .latest()
        .ifPresentOrElse(
            states -> table(page, states.views(), status),
            () -> page.append("<p>The states of the views are not known yet.</p>"));
    return page.append("</body></html>\n").toString();
  }

  private void table(StringBuilder page, List<ViewState> views, UpkeepStatus status) {
    Map<String, UpkeepStatus.GivenUp> givenUp =
        status.givenUp().stream().collect(toMap(UpkeepStatus.GivenUp::view, failed -> failed));
    page.append("<table><tr><th>View<th>State<th>Last refresh<th>Behind<th>Next<th>Now</tr>\n");
    for (ViewState view : views) {
      page.append("<tr><td>").append(escaped(view.view()));
      page.append("<td class=\"").append(view.state().label()).append("\" title=\"");
      page.append(escaped(mask.apply(view.message()))).append("\">").append(view.state().label());
      page.append("<td>").append(view.lastRefresh().map(StatusPage::time).orElse("never"));
      page.append("<td>").append(view.staleSince().map(this::since).orElse(""));
      page.append("<td>")
          .append(
              Optional.ofNullable(status.next().get(view.view()))
                  .or(view::nextTick)
                  .map(StatusPage::time)
                  .orElse(""));
      page.append("<td>").append(now(view.view(), status));
      Optional.ofNullable(givenUp.get(view.view()))
          .ifPresent(
              failed ->
                  page.append("<span class=\"failed\">given up ")
                      .append(time(failed.at()))
                      .append(": ")
                      .append(escaped(failed.code() + " " + mask.apply(failed.message())))
                      .append("</span>"));
      status.behindUpstream().stream()
          .filter(behind -> behind.view().equals(view.view()))
          .forEach(behind -> page.append(skipped(behind)));
      page.append("</tr>\n");
    }
    page.append("</table>");
  }

  private String skipped(UpkeepStatus.BehindUpstream behind) {
    return "<span class=\"stale\">skipped %s, upstream stale: %s</span>"
        .formatted(time(behind.at()), escaped(mask.apply(behind.message())));
  }

  private static String now(String view, UpkeepStatus status) {
    if (status.running().stream().anyMatch(work -> work.view().equals(view))) {
      return "running ";
    }
    String paused = status.paused().contains(view) ? "paused " : "";
    return status.waiting().stream().anyMatch(work -> work.view().equals(view))
        ? paused + "waiting "
        : paused;
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String since(Instant since) {
    Duration behind = Duration.between(since, service.clock().instant());
    return behind.isNegative()
        ? "0s"
        : behind.truncatedTo(ChronoUnit.SECONDS).toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

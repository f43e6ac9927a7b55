package io.bergview.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.settings.ListenSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** A small shop with its views, served on a port that was free. */
public final class ServedShop implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Bergview bergview;
  private final Serving serving;
  private final String url;

  /**
   * @param settings {@code bergview.yaml}
   */
  public ServedShop(Path folder, String settings) throws IOException {
    Files.writeString(folder.resolve(Project.FILE), settings);
    write(folder.resolve("types"), Shop.entityTypes());
    write(folder.resolve("views"), Shop.views());
    bergview = Bergview.open(folder);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 5), Progress.SILENT);
    bergview.apply();
    ListenSettings told = bergview.project().serve().listen();
    serving =
        Serving.start(
            bergview,
            Clock.systemUTC(),
            Optional.of(new ListenSettings(told.address(), 0, told.token())));
    url = serving.url().orElseThrow();
  }

  private static void write(Path folder, Map<String, String> files) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  public Bergview bergview() {
    return bergview;
  }

  public Serving serving() {
    return serving;
  }

  public String url() {
    return url;
  }

  /** What came back. */
  public record Reply(int status, String body, HttpResponse<byte[]> whole) {
    public JsonNode json() {
      try {
        return JsonMapper.builder().build().readTree(body);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }

    public String code() {
      return json().path("code").asText();
    }
  }

  public Reply get(String path, String... headers) {
    return send(HttpRequest.newBuilder(URI.create(url + path)).GET(), headers);
  }

  public Reply post(String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** Refreshes a view and waits for that. */
  public Reply refresh(String view) {
    return post("/api/v1/views/" + view + "/refresh", "{\"wait\": \"60s\"}");
  }

  public static Reply send(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> answer = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
      return new Reply(
          answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8), answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    serving.close();
    bergview.close();
  }
}

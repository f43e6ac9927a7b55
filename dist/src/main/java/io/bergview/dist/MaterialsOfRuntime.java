package io.bergview.dist;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Adds the Java runtime of the distribution to its bill of materials (CycloneDX, JSON): it is
 * shipped, and Maven does not know of it. It can be run repeatedly.
 */
public final class MaterialsOfRuntime {
  private static final JsonMapper JSON = new JsonMapper();

  private MaterialsOfRuntime() {}

  /** Arguments: the bill of materials, the folder of the runtime. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    ObjectNode bom = (ObjectNode) JSON.readTree(Files.readString(file));
    add(bom, release(Path.of(arguments[1]).resolve("release")));
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bom) + "\n");
  }

  private static Properties release(Path file) throws IOException {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      release.load(reader);
    }
    release.replaceAll((key, value) -> ((String) value).replace("\"", ""));
    return release;
  }

  static void add(ObjectNode bom, Properties release) {
    String version =
        requireNonNull(release.getProperty("JAVA_VERSION"), "the runtime says no JAVA_VERSION");
    String purl = "pkg:generic/openjdk@" + version;
    ArrayNode components = bom.withArray("components");
    for (JsonNode component : components) {
      if (component.path("purl").asText().equals(purl)) {
        return;
      }
    }
    ObjectNode runtime = components.addObject();
    runtime.put("type", "platform");
    runtime.put("bom-ref", purl);
    runtime.put("publisher", release.getProperty("IMPLEMENTOR", "OpenJDK"));
    runtime.put("name", "openjdk");
    runtime.put("version", version);
    runtime.put("description", "The Java runtime, modules: " + release.getProperty("MODULES", ""));
    runtime
        .putArray("licenses")
        .addObject()
        .putObject("license")
        .put("name", "GPL-2.0 with Classpath-exception-2.0");
    runtime.put("purl", purl);
    dependsOnRuntime(bom, purl);
  }

  private static void dependsOnRuntime(ObjectNode bom, String purl) {
    String product = bom.at("/metadata/component/bom-ref").asText();
    ArrayNode dependencies = bom.withArray("dependencies");
    dependencies.addObject().put("ref", purl).putArray("dependsOn");
    for (JsonNode dependency : dependencies) {
      if (dependency.path("ref").asText().equals(product)) {
        ((ObjectNode) dependency).withArray("dependsOn").add(purl);
      }
    }
  }
}

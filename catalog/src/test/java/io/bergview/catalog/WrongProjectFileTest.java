package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.errors.UsageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a project file that is wrong. */
class WrongProjectFileTest {
  @TempDir private Path folder;

  private UsageException failure(String text) throws Exception {
    Files.writeString(folder.resolve(Project.FILE), text);
    Throwable thrown = catchThrowable(() -> Project.open(folder, Map.of("KEY", "hunter44")));
    assertThat(thrown).isInstanceOf(UsageException.class);
    return (UsageException) thrown;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve: {hooks: [{on: failure, webhook: 'hunter44 is no URL'}]}",
        "serve: {hooks: [{on: failure, webhook: 'http://a/b', headers: 'Bearer hunter44'}]}",
        "serve: {token: hunter44, port: hunter44}",
        "serve: {token: '${env:KEY}', poll-interval: '${env:KEY}'}",
        "serve: 'http://ann:hunter44@127.0.0.1/'",
        "serve:"
            + " 'jdbc:postgresql://db.example.com:5432/lake?sslmode=require&password=hunter44&more=1'",
        "catalogs: {lake: {type:"
            + " 'jdbc:postgresql://ann:hunter44@a-host-with-a-very-long-name.example.com/db'}}",
        "catalogs: {lake: {type: hunter44, jdbc.password: hunter44}}",
        "catalogs: {lake: {type: sqlite, warehouse: w, token: hunter44}}\n"
            + "default-catalog: hunter44",
        "settings: {secret: hunter44, threads: hunter44}"
      })
  void secretsAreNotShown(String text) throws Exception {
    UsageException failure = failure(text);
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(failure.getMessage()).doesNotContain("hunter44");
    assertThat(trace.toString()).doesNotContain("hunter44").contains("WrongProjectFileTest");
  }

  @Test
  void aCatalogServiceNeedsItsAddress() throws Exception {
    assertThat(failure("catalogs: {lake: {type: rest, warehouse: analytics}}"))
        .hasMessageContaining("catalog 'lake' needs a 'uri'");
  }

  @Test
  void aMistypedPropertyOfACatalogIsNamed() throws Exception {
    assertThat(failure("catalogs: {lake: {type: sqlite, warehouse: w, wharehouse: v}}"))
        .hasMessageContaining("unknown property 'wharehouse' (did you mean 'warehouse'?)");
    assertThat(failure("catalogs: {lake: {type: rest, uri: 'http://a', credentail: b}}"))
        .hasMessageContaining("unknown property 'credentail' (did you mean 'credential'?)");
  }

  @Test
  void propertiesThatNoOtherIsNearToPassThrough() throws Exception {
    Files.writeString(
        folder.resolve(Project.FILE),
        "catalogs: {lake: {type: sqlite, warehouse: w, s3.request-timeout: 3, header.x: y}}");
    assertThat(Project.open(folder, Map.of()).catalogs().get("lake").properties())
        .containsEntry("s3.request-timeout", "3")
        .containsEntry("header.x", "y");
  }

  @Test
  void aTransportNeedsItsType() throws Exception {
    assertThat(failure("serve: {open-lineage: {transport: {url: 'http://127.0.0.1'}}}"))
        .hasMessageContaining("a transport needs a 'type': one of console, file, http")
        .message()
        .doesNotContain("null");
  }
}

package io.bergview.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PausedViewsTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00.250Z");

  @TempDir private Path folder;
  private Path file;
  private Project project;

  @BeforeEach
  void project() throws IOException {
    Files.writeString(folder.resolve(Project.FILE), "");
    project = Project.open(folder, Map.of());
    file = folder.resolve(".bergview/paused.json");
  }

  private PausedViews at(Instant now) {
    return new PausedViews(project, Clock.fixed(now, ZoneOffset.UTC));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whereTheDiskIsFullNothingChangesAndNothingIsLeftBehind() throws IOException {
    at(NOON).pause("DailyRevenue");
    Path whole = folder.resolve(".bergview/paused.json.new");
    Files.createSymbolicLink(whole, Path.of("/dev/full"));
    assertThatThrownBy(() -> at(NOON).pause("TopCustomers"))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    assertThat(Files.exists(whole, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(at(NOON).read()).containsOnlyKeys("DailyRevenue");
  }

  @Test
  void theFileIsTheDocumentedOne() throws IOException {
    at(NOON.plusSeconds(60)).pause("TopCustomers");
    at(NOON).pause("DailyRevenue");
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {
              "version" : 1,
              "paused" : [ {
                "view" : "DailyRevenue",
                "since" : "2026-03-02T12:00:00.250Z"
              }, {
                "view" : "TopCustomers",
                "since" : "2026-03-02T12:01:00.250Z"
              } ]
            }
            """);
    assertThat(at(NOON).read())
        .containsExactly(
            Map.entry("DailyRevenue", NOON), Map.entry("TopCustomers", NOON.plusSeconds(60)));
  }

  @Test
  void aPauseKeepsItsTimeAndWhereNoneIsLeftThereIsNoFile() {
    at(NOON).pause("A");
    at(NOON.plusSeconds(9)).pause("A");
    assertThat(at(NOON).read()).containsExactly(Map.entry("A", NOON));
    at(NOON).forget("B");
    assertThat(at(NOON).read()).hasSize(1);
    at(NOON).forget("A");
    assertThat(at(NOON).read()).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void pausesOfViewsThatAreGoneAreForgotten() {
    List.of("A", "B", "C").forEach(at(NOON)::pause);
    at(NOON).retainOnly(Set.of("A", "C", "D"));
    assertThat(at(NOON).read()).containsOnlyKeys("A", "C");
  }

  @Test
  void fieldsOfANewerVersionAreIgnored() throws IOException {
    at(NOON).pause("A");
    Files.writeString(
        file, Files.readString(file).replace("\"view\"", "\"by\": {\"x\": 1}, \"view\""));
    assertThat(at(NOON).read()).containsExactly(Map.entry("A", NOON));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"version\": 1, \"pau",
        "{\"version\": 2, \"paused\": []}",
        "{\"version\": 1}",
        "{\"version\": 1, \"paused\": [{\"since\": \"2026-03-02T12:00:00Z\"}]}",
        "{\"version\": 1, \"paused\": [{\"view\": \"A\", \"since\": \"noon\"}]}"
      })
  void anotherFileIsRefusedAndLeftAlone(String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThatThrownBy(() -> at(NOON).pause("B"))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
        .hasMessageContaining("repair or delete it");
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void damagedFileIsReportedAndDoesNotPreventDrops() throws IOException {
    at(NOON).pause("DailyRevenue");
    Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
    assertThatThrownBy(() -> at(NOON).read())
        .hasMessageContaining(
            "does not list the paused views: it is not UTF-8; repair or delete it");
    at(NOON).forgetDropped("DailyRevenue");
    assertThatThrownBy(() -> at(NOON).forget("DailyRevenue"))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    Files.writeString(file, "{\"version\": 1, \"paused\": [");
    assertThatThrownBy(() -> at(NOON).read())
        .hasMessageContaining("it is not valid JSON at line 1, column")
        .message()
        .doesNotContain("Source", "Unexpected");
  }
}

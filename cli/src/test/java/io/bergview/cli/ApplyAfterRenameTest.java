package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code apply} of an untouched project after a column of a source was renamed. */
class ApplyAfterRenameTest {
  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void renameColumn() throws IOException {
    cli = Cli.in(folder);
    cli.done("init");
    cli.done("generate", "shop", "--scale", "0.005");
    Files.writeString(
        folder.resolve("views/Named.yaml"),
        "$type: Named\n$from: Customer\n$select: [customer_id, tier]\n");
    Files.writeString(folder.resolve("views/Whole.yaml"), "$type: Whole\n$from: Customer\n");
    cli.done("defineView", "-f", "views/Named.yaml");
    cli.done("defineView", "-f", "views/Whole.yaml");
    try (Bergview bergview = Bergview.open(folder)) {
      bergview
          .catalog("lake")
          .loadTable(TableIdentifier.of("shop", "customers"))
          .updateSchema()
          .renameColumn("tier", "level")
          .commit();
    }
  }

  private static void assertNamesTheView(Cli.Result result) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("error DEFINITION_INVALID: views/Named.yaml:")
        .contains("'tier'");
    assertThat(result.out()).contains("left alone  Named: ");
  }

  @Test
  void theViewThatNamesTheOldColumnIsReportedAndTheOthersAreRegistered() {
    Cli.Result planned = cli.run("apply", "--plan");
    assertNamesTheView(planned);
    assertThat(planned.out()).contains("would alter Whole", "would create OrderDetails");
    Cli.Result applied = cli.run("apply");
    assertNamesTheView(applied);
    assertThat(applied.out()).contains("altered     Whole", "created     OrderDetails");
    JsonNode again = cli.run("apply", "--json").json();
    assertThat(again.get("refused").toString()).isEqualTo("[\"Named\"]");
    assertThat(again.get("steps"))
        .allMatch(step -> step.get("action").asText().equals("unchanged"));
    cli.done("refreshView", "Named", "Whole");
  }

  @Test
  void nothingIsDroppedWhereAViewIsRefused() throws IOException {
    Files.delete(folder.resolve("views/Whole.yaml"));
    Cli.Result result = cli.run("apply", "--prune");
    assertNamesTheView(result);
    assertThat(result.out()).contains("left alone  Whole");
    assertThat(cli.done("listViews").out()).contains("Whole");
  }
}

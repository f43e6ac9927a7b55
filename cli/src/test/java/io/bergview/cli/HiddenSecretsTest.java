package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No word of a secret in what commands say of catalogs that they cannot reach. */
class HiddenSecretsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{type: jdbc, warehouse: 's3://b/w', uri:"
            + " 'jdbc:postgresql://user1:SECRET-1@127.0.0.1:1/db'}",
        "{type: jdbc, warehouse: 's3://b/w', uri:"
            + " 'jdbc:postgresql://user1:SECRET%2D1@127.0.0.1:1/db'}",
        "{type: jdbc, warehouse: 's3://b/w', uri:"
            + " 'jdbc:postgresql://user1:SECRET-1/x@127.0.0.1:1/db'}",
        "{type: jdbc, warehouse: 's3://b/w', uri: 'jdbc:nobody://user1:SECRET-1@127.0.0.1:1/db'}",
        "{type: jdbc, warehouse: 's3://b/w', uri:"
            + " 'jdbc:postgresql://127.0.0.1:1/db?password=SECRET-1'}",
        "{type: jdbc, warehouse: 's3://b/w', uri: 'jdbc:postgresql://127.0.0.1:1/db', jdbc.user: u,"
            + " jdbc.password: SECRET-1}",
        "{type: jdbc, warehouse: 's3://b/w', uri: 'jdbc:sqlite:/nowhere/SECRET-0/?sig=SECRET-1'}",
        "{type: rest, uri: 'http://user1:SECRET-1@127.0.0.1:1/api'}",
        "{type: rest, uri: 'http://127.0.0.1:1/api?sig=SECRET-1', credential: 'id:SECRET-2'}",
        "{type: rest, uri: 'http://127.0.0.1:1/api', token: SECRET-1}",
        "{type: rest, uri: 'http://127.0.0.1:1 /api?sas=SECRET-1'}"
      })
  void aCatalogThatCannotBeReachedShowsNoSecret(String catalog) {
    Cli cli = Cli.in(folder);
    cli.write("bergview.yaml", "catalogs:\n  prod: " + catalog + "\n");
    for (List<String> option : List.of(List.of("--json"), List.of("--verbose"))) {
      List<String> command = new ArrayList<>(List.of("listViews"));
      command.addAll(option);
      Cli.Result result = cli.run(command.toArray(String[]::new));
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.err() + result.out())
          .isNotEmpty()
          .doesNotContainPattern("SECRET(-|%2D)[12]");
    }
  }
}

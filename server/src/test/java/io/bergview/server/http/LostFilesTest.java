package io.bergview.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.server.ServedShop;
import io.bergview.server.ServedShop.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests where a view has lost its data files. */
class LostFilesTest {
  private static final String FIND = "/api/v1/find/DailyRevenue?sort=created_at_day,status&limit=3";

  @TempDir private Path folder;

  @Test
  void aQueryIsAnsweredWithoutTheViewThatHasLostFilesAndCounted() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "")) {
      assertThat(shop.refresh("DailyRevenue").status()).isEqualTo(200);
      JsonNode right = shop.get(FIND).json();
      deleteDataFiles();
      assertThat(shop.get(FIND).json()).hasSize(3).isEqualTo(right);
      JsonNode origin = shop.get(FIND + "&origin=true").json().get("origin");
      assertThat(origin.get("answeredBy").asText()).isEqualTo("sources");
      assertThat(origin.at("/view/reason").asText()).isEqualTo("VIEW_FILES_LOST");
      Reply stale = shop.get(FIND + "&stale-ok=true");
      assertThat(stale.status()).isEqualTo(500);
      assertThat(stale.body()).contains("FILE_LOST", "refreshView DailyRevenue --full");
      assertThat(shop.get("/metrics").body()).contains("bergview_find_fallbacks_total 1.0");
      assertThat(shop.get("/api/v1/views/DailyRevenue").json().get("state").asText())
          .isEqualTo("invalid");
      assertThat(shop.refresh("DailyRevenue").json().findValuesAsText("reason"))
          .contains("VIEW_FILES_LOST");
      assertThat(shop.get(FIND + "&origin=true").json().at("/origin/answeredBy").asText())
          .isEqualTo("view");
    }
  }

  private void deleteDataFiles() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files
              .filter(path -> path.toString().contains("_views/DailyRevenue/data/"))
              .filter(path -> path.toString().endsWith(".parquet"))
              .toList()) {
        Files.delete(file);
      }
    }
  }
}

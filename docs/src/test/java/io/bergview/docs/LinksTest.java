package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.docs.Page.Link;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links between pages, and to files of the checkout, lead somewhere. */
class LinksTest {
  @Test
  void everyLinkInsideTheCheckoutResolves() {
    int links = 0;
    for (Page page : Page.all()) {
      for (Link link : page.links()) {
        if (link.target().matches("[a-z]+:.*")) {
          continue;
        }
        links++;
        String[] parts = link.target().split("#", 2);
        Path target =
            parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
        assertThat(Files.exists(target))
            .describedAs("%s:%d: %s", page.name(), link.line(), link.target())
            .isTrue();
        if (parts.length == 2) {
          assertThat(Page.of(Page.ROOT.relativize(target).toString()).anchors())
              .describedAs("%s:%d: %s", page.name(), link.line(), link.target())
              .contains(parts[1]);
        }
      }
    }
    assertThat(links).isPositive();
  }

  @Test
  void theReadmeLeadsToEveryPage() {
    List<String> targets =
        Page.of("README.md").links().stream().map(link -> link.target().split("#")[0]).toList();
    assertThat(targets)
        .containsAll(
            Page.all().stream().map(Page::name).filter(n -> n.startsWith("docs/")).toList());
  }

  @Test
  void noPageNamesAPathOfTheMachineItWasWrittenOn() throws Exception {
    for (Page page : Page.all()) {
      assertThat(Files.readString(page.file()))
          .describedAs(page.name())
          .doesNotContainPattern("(?:^|[ `'\"(])/(?:root|home|Users|opt|srv)/");
    }
  }
}

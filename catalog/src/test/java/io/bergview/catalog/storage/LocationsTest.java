package io.bergview.catalog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {
  @Test
  void onePlaceHasOneSpelling() {
    assertThat(
            java.util.stream.Stream.of(
                    "file:/a/b", "file:///a/b/", "/a//b", "/a/./c/../b", "FILE:/a/b")
                .map(Locations::normalise))
        .containsOnly("file:///a/b");
    assertThat(Locations.normalise("s3a://bucket//x/")).isEqualTo("s3://bucket/x");
    assertThat(Locations.normalise("hdfs://nn:8020/w")).isEqualTo("hdfs://nn:8020/w");
  }

  @Test
  void percentSignsAreLiteral() {
    assertThat(Locations.normalise("file:/a%2Fb")).isEqualTo("file:///a%2Fb");
  }

  @Test
  void aSiblingWithTheSameBeginningIsNotInside() {
    assertThat(Locations.isInside("s3://b/view/x", "s3://b/view")).isTrue();
    assertThat(Locations.isInside("s3://b/view2/x", "s3://b/view")).isFalse();
    assertThat(Locations.isInside("s3://b/view", "s3://b/view")).isFalse();
    assertThat(Locations.isInside("s3://other/view/x", "s3://b/view")).isFalse();
  }

  @Test
  void parentStepsNeverLeadOut() {
    assertThat(Locations.isInside("s3://b/view/../other/x", "s3://b/view")).isFalse();
    assertThat(Locations.isInside("file:/w/view/../other/x", "file:/w/view")).isFalse();
    assertThatThrownBy(() -> Locations.normalise("file:/../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLinkThatLeadsOutIsOutside(@TempDir Path dir) throws Exception {
    Path view = Files.createDirectory(dir.resolve("view"));
    Path inner = Files.createDirectory(view.resolve("data"));
    Path other = Files.createDirectory(dir.resolve("other"));
    Files.createSymbolicLink(view.resolve("link"), other);
    Files.createSymbolicLink(view.resolve("root"), dir);
    assertThat(Locations.isInside(inner + "/f", view.toString())).isTrue();
    assertThat(Locations.isInside(view + "/missing/f", view.toString())).isTrue();
    assertThat(Locations.isInside(view + "/link/f", view.toString())).isFalse();
    assertThat(Locations.isInside(view + "/root/f", view.toString())).isFalse();
  }
}

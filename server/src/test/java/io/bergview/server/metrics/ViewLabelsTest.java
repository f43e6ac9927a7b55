package io.bergview.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViewLabelsTest {
  @Test
  void aLimitedNumberOfViewsHaveLabelsOfTheirOwn() {
    ViewLabels labels = new ViewLabels(2);
    assertThat(labels.of("A")).isEqualTo("A");
    assertThat(labels.of("B")).isEqualTo("B");
    assertThat(labels.of("C")).isEqualTo("(others)");
    assertThat(labels.of("D")).isEqualTo("(others)");
    assertThat(labels.of("A")).isEqualTo("A");
  }
}

package io.bergview.pipeline.delta;

import org.junit.jupiter.api.Tag;

@Tag("long")
class V2DeltaHistoryTest extends DeltaHistoryContract {
  @Override
  int formatVersion() {
    return 2;
  }
}

package io.bergview.pipeline.delta;

import org.junit.jupiter.api.Tag;

@Tag("contract")
class V3DeltaHistoryTest extends DeltaHistoryContract {
  @Override
  int formatVersion() {
    return 3;
  }
}

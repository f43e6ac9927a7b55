package io.bergview.pipeline.delta;

import org.junit.jupiter.api.Tag;

@Tag("contract")
class V3DeltaTest extends DeltaContract {
  @Override
  int formatVersion() {
    return 3;
  }
}

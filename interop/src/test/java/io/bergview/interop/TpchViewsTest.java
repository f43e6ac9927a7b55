package io.bergview.interop;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Views over TPC-H at scale factor 0.01. */
@Tag("long")
class TpchViewsTest extends ViewsAgainstSpark {
  @Override
  Lake fill(Path folder) {
    Lake lake = Lake.create(folder, Tpch.entityTypes());
    Tpch.generate(lake.catalog(), new Tpch.Options(0.01), Progress.SILENT);
    return lake;
  }

  @Override
  List<Case> cases() {
    return Case.read("tpch.cases");
  }
}

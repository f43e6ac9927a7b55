package io.bergview.interop;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Views over the shop, whose rows have the dirt of real data in them. */
@Tag("long")
class ShopViewsTest extends ViewsAgainstSpark {
  @Override
  Lake fill(Path folder) {
    Lake lake = Lake.create(folder, Shop.entityTypes());
    Shop.generate(lake.catalog(), new Shop.Options(0.3, 20260101), Progress.SILENT);
    return lake;
  }

  @Override
  List<Case> cases() {
    return Case.read("shop.cases");
  }
}

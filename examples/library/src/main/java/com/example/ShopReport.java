package com.example;

import io.bergview.api.Bergview;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import java.nio.file.Path;

/** Makes the views of a shop fresh and prints the three days with the highest revenue. */
public final class ShopReport {
  private ShopReport() {}

  /** Argument: the folder of the project, as 'bergview init' creates it. */
  public static void main(String[] arguments) throws Exception {
    try (Bergview bergview = Bergview.open(Path.of(arguments[0]))) {
      for (RefreshResult refreshed : bergview.refreshView(RefreshRequest.ofAll()).done()) {
        System.out.println(refreshed.view() + ": " + refreshed.reason());
      }
      try (QueryResult days =
          bergview
              .find("DailyRevenue")
              .select("created_at_day", "revenue")
              .sort("-revenue")
              .limit(3)
              .answer()) {
        days.forEachRow(day -> System.out.println(day.get(0) + " " + day.get(1)));
      }
    }
  }
}

package io.bergview.refresh;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("contract")
final class RemoteFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText(Path project) {
    return TestProject.REMOTE;
  }
}

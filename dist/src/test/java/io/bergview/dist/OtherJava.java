package io.bergview.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Other JDKs of this machine, beside the one that runs. */
final class OtherJava {
  private OtherJava() {}

  static Optional<Path> ofVersion(int major) throws IOException {
    Path parent = Path.of(System.getProperty("java.home")).toRealPath().getParent();
    try (Stream<Path> folders = Files.list(parent)) {
      return folders.filter(folder -> isVersion(folder, major)).findFirst();
    }
  }

  private static boolean isVersion(Path home, int major) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + major);
    } catch (IOException e) {
      return false;
    }
  }
}

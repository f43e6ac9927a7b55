package io.bergview.docs;

import java.util.stream.Collectors;

/** A few lines of Java as a page shows them, made a program. */
final class JavaExample {
  private JavaExample() {}

  static String complete(String lines) {
    String imports = lines.lines().filter(JavaExample::isImport).collect(Collectors.joining("\n"));
    String statements =
        lines.lines().filter(line -> !isImport(line)).collect(Collectors.joining("\n"));
    return """
        %s
        class Example {
          public static void main(String[] args) throws Exception {
        %s
          }
        }
        """
        .formatted(imports, statements);
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }
}

package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import java.util.List;

/** Functions whose values are another engine's own, so that a stored result would not last. */
final class UnportableFunctions {
  private static final List<String> HASHES = List.of("hash", "xxhash64", "murmur3_32", "crc32");

  private record Hash(String name) implements ScalarDefinition {
    @Override
    public Expr bind(List<Expr> arguments) {
      throw FunctionException.unsupported(
          name
              + " is not supported, since each engine and version computes it otherwise; use md5,"
              + " sha1 or sha256 of a string");
    }

    @Override
    public FunctionDocs docs() {
      return new FunctionDocs(List.of(name), List.of(), "", List.of());
    }
  }

  private UnportableFunctions() {}

  static List<ScalarDefinition> all() {
    return HASHES.stream().<ScalarDefinition>map(Hash::new).toList();
  }
}

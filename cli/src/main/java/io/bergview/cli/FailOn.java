package io.bergview.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** States other than failures that make the exit code 1. */
enum FailOn {
  /** A view stayed stale, since views that it reads are behind. */
  STALE;

  /** Reads one by its name. */
  static final class Converter implements ITypeConverter<FailOn> {
    @Override
    public FailOn convert(String text) {
      if (text.equals("stale")) {
        return STALE;
      }
      throw new TypeConversionException(
          "'%s' is not known; the only value is stale".formatted(text));
    }
  }
}

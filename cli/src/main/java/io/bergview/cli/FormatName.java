package io.bergview.cli;

import io.bergview.errors.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one of some formats by its name, in any case. */
class FormatName<T extends Enum<T>> implements ITypeConverter<T> {
  private final T[] formats;

  FormatName(T[] formats) {
    this.formats = formats.clone();
  }

  @Override
  public T convert(String text) {
    List<String> names =
        Arrays.stream(formats).map(format -> format.name().toLowerCase(Locale.ROOT)).toList();
    int index = names.indexOf(text.toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new TypeConversionException(
          "there is no format '%s'%s; there are %s"
              .formatted(text, Suggestions.didYouMean(text, names), String.join(", ", names)));
    }
    return formats[index];
  }
}

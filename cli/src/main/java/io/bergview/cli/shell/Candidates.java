package io.bergview.cli.shell;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a shell offers for the value of an option or for an argument.
 *
 * @param choices the values, of {@link Kind#CHOICE} only
 */
record Candidates(Kind kind, List<String> choices) {
  private static final Pattern CHOICES = Pattern.compile("[a-z0-9]+(\\|[a-z0-9]+)+");

  /** Where the candidates come from. */
  enum Kind {
    /** A flag, or a command without arguments: nothing follows. */
    NONE,
    /** Something follows that no shell can know. */
    ANY,
    CHOICE,
    FILE,
    FOLDER,
    COMMAND,
    /** Views that the files of the project define. */
    VIEW,
    /** Entity types that the files of the project define. */
    TYPE,
    VIEW_OR_TYPE;

    /** The word for it in the scripts. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Candidates {
    requireNonNull(kind, "kind is null");
    choices = List.copyOf(choices);
  }

  static Candidates of(Kind kind) {
    return new Candidates(kind, List.of());
  }

  /** The kind, and the choices behind it. */
  String words() {
    return choices.isEmpty() ? kind.word() : kind.word() + " " + String.join(" ", choices);
  }

  /** By the type of the value where that says enough, else by its label in the usage. */
  static Candidates of(ArgSpec argument) {
    if (argument.isOption() && argument.arity().max() == 0) {
      return of(Kind.NONE);
    }
    Class<?> type = elementType(argument);
    if (type.isEnum()) {
      return new Candidates(Kind.CHOICE, constants(type));
    }
    String label = argument.paramLabel();
    if (CHOICES.matcher(label).matches()) {
      return new Candidates(Kind.CHOICE, List.of(label.split("\\|", -1)));
    }
    if (Path.class.isAssignableFrom(type)) {
      return of(label.startsWith("DIR") ? Kind.FOLDER : Kind.FILE);
    }
    return of(byLabel(label, argument));
  }

  private static Kind byLabel(String label, ArgSpec argument) {
    return switch (label) {
      case "VIEW" -> Kind.VIEW;
      case "TYPE" -> Kind.TYPE;
      case "COMMAND" -> Kind.COMMAND;
      case "FILE", "SOURCE" -> Kind.FILE;
      case "DIR" -> Kind.FOLDER;
      case "NAME" -> argument.isPositional() ? named(argument.command()) : Kind.ANY;
      default -> Kind.ANY;
    };
  }

  /** {@code dropView NAME} takes views only. */
  private static Kind named(CommandSpec command) {
    return command.name().endsWith("View") ? Kind.VIEW : Kind.VIEW_OR_TYPE;
  }

  private static Class<?> elementType(ArgSpec argument) {
    Class<?>[] auxiliary = argument.auxiliaryTypes();
    return argument.isMultiValue() && auxiliary.length > 0 ? auxiliary[0] : argument.type();
  }

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }
}

package io.bergview.projection.text;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads JSON, JSON5 and YAML into nodes. {@code .yaml} and {@code .yml} are YAML, {@code .json} and
 * {@code .json5} are JSON5; without such an extension, text that begins with a bracket or a slash
 * is JSON5, any other text YAML.
 *
 * <p>Limits: 1 MiB of UTF-8 per file, 100 levels, 100,000 values with aliases followed, 1,000
 * aliases.
 */
public final class DocumentReader {
  private static final int MAX_BYTES = 1 << 20;

  private DocumentReader() {}

  /**
   * The documents of a file.
   *
   * @throws NotFoundException if there is no such file
   * @throws DefinitionException if it is not UTF-8, too large, or invalid
   */
  public static List<Node> read(Path file) {
    return read(file.toString(), text(file));
  }

  /**
   * The documents of a text: the parts of YAML between {@code ---} (empty ones left out), the items
   * of a list at the top, or the one value; none if there are only comments.
   *
   * @param fileName determines the format and is shown in problems
   * @throws DefinitionException at the first syntax error
   */
  public static List<Node> read(String fileName, String text) {
    String content = text.startsWith("\ufeff") ? text.substring(1) : text;
    if (content.length() > MAX_BYTES) {
      throw tooLarge(fileName);
    }
    NodeBuilder builder = new NodeBuilder(fileName);
    return isYaml(fileName, content)
        ? new YamlParser(fileName, content, builder).parse()
        : new Json5Parser(content, builder).parse();
  }

  private static boolean isYaml(String fileName, String text) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return true;
    }
    if (name.endsWith(".json") || name.endsWith(".json5")) {
      return false;
    }
    String start = text.stripLeading();
    return start.isEmpty() || "{[/".indexOf(start.charAt(0)) < 0;
  }

  /**
   * The text of a file.
   *
   * @throws NotFoundException if there is no such file
   * @throws DefinitionException if it is not UTF-8, or too large
   */
  public static String text(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new NotFoundException(ErrorCode.FILE_NOT_FOUND, "There is no file '" + file + "'", e);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot read '" + file + "': " + e.getMessage(), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(file.toString());
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw failure(file.toString(), "the file is not UTF-8");
    }
  }

  private static DefinitionException tooLarge(String file) {
    return failure(file, "the file is larger than " + MAX_BYTES + " bytes");
  }

  private static DefinitionException failure(String file, String message) {
    return new DefinitionException(
        new DefinitionProblem(ProblemKind.SYNTAX, file, "", 1, 1, message));
  }
}

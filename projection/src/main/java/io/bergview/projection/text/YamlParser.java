package io.bergview.projection.text;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Positions.LineColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML 1.2 with its core schema: {@code no} is a string, and so is a date. */
final class YamlParser {
  private static final int MAX_ALIASES = 1_000;
  private static final Pattern RADIX = Pattern.compile("([-+]?)0(?:x([0-9a-fA-F]+)|o([0-7]+))");

  private final String text;
  private final NodeBuilder builder;
  private final LoadSettings settings;

  YamlParser(String file, String text, NodeBuilder builder) {
    this.text = text;
    this.builder = builder;
    this.settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreWithoutMerge())
            .setMaxAliasesForCollections(MAX_ALIASES)
            // In one piece: an error that the reader notices where one buffer ends and the next
            // begins is reported with a place outside both.
            .setBufferSize(text.length() + 2)
            .build();
  }

  /** Each document that is not empty; of a list at the top, its items, each a root of its own. */
  List<Node> parse() {
    try {
      checkLimits();
      List<Node> documents = new ArrayList<>();
      for (org.snakeyaml.engine.v2.nodes.Node root :
          new Compose(settings).composeAllFromString(text)) {
        if (root instanceof SequenceNode list) {
          for (org.snakeyaml.engine.v2.nodes.Node item : list.getValue()) {
            documents.add(convert(item, "", 1, placeOf(item)));
          }
        } else if (!root.getTag().equals(Tag.NULL)) {
          documents.add(convert(root, "", 0, placeOf(root)));
        }
      }
      return documents;
    } catch (MarkedYamlEngineException e) {
      throw failure(e);
    } catch (ReaderException e) {
      int index = text.offsetByCodePoints(0, Math.min(e.getPosition(), codePoints()));
      throw builder.failure(
          new Positions(text).at(index),
          "",
          "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw builder.failure(new LineColumn(1, 1), "", "not valid YAML: " + e.getMessage());
    } catch (NumberFormatException cutOff) {
      // Where the text ends, the scanner takes a missing number for one.
      throw builder.failure(
          new Positions(text).at(text.length()),
          "",
          "the text ends within an escape: \\x needs two hexadecimal digits, \\u four, \\U eight");
    }
  }

  private int codePoints() {
    return text.codePointCount(0, text.length());
  }

  /** On the flat stream of events, since composing recurses as deep as the document does. */
  private void checkLimits() {
    int depth = 0;
    int aliases = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias -> aliases++;
        default -> {}
      }
      if (depth > NodeBuilder.MAX_DEPTH) {
        throw builder.tooDeep(place(event.getStartMark()), "");
      }
      if (aliases > MAX_ALIASES) {
        throw builder.failure(
            place(event.getStartMark()), "", "more than " + MAX_ALIASES + " aliases");
      }
    }
  }

  private Node convert(
      org.snakeyaml.engine.v2.nodes.Node node, String path, int depth, LineColumn place) {
    LineColumn start = placeOf(node);
    builder.enter(depth, start, path);
    if (node.isRecursive()) {
      throw builder.failure(start, path, "an alias points back to what contains it");
    }
    if (node instanceof MappingNode map) {
      return map(map, path, depth, place);
    }
    if (node instanceof SequenceNode list) {
      checkTag(node, Tag.SEQ, path);
      List<Node> items = new ArrayList<>();
      for (org.snakeyaml.engine.v2.nodes.Node item : list.getValue()) {
        String itemPath = NodeBuilder.itemPath(path, items.size());
        items.add(convert(item, itemPath, depth + 1, placeOf(item)));
      }
      return builder.list(items, path, place);
    }
    return scalar((ScalarNode) node, path, start);
  }

  private Node map(MappingNode map, String path, int depth, LineColumn place) {
    checkTag(map, Tag.MAP, path);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      LineColumn keyPlace = placeOf(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        throw builder.failure(keyPlace, path, "a key must be plain text, not a list or a map");
      }
      String key = keyNode.getValue();
      String entryPath = NodeBuilder.entryPath(path, key);
      if (key.equals("<<") && keyNode.isPlain()) {
        throw builder.failure(
            keyPlace, path, "YAML 1.2 has no merge key '<<'; repeat the entries, or quote the key");
      }
      builder.checkText(key, path, keyPlace);
      builder.checkNew(entries, key, entryPath, keyPlace);
      Node value = convert(tuple.getValueNode(), entryPath, depth + 1, keyPlace);
      entries.put(key, new Entry(key, keyPlace.line(), keyPlace.column(), value));
    }
    return builder.map(entries, path, place);
  }

  private Node scalar(ScalarNode node, String path, LineColumn place) {
    String value = node.getValue();
    Tag tag = node.getTag();
    try {
      if (tag.equals(Tag.NULL)) {
        return builder.scalar(null, path, place);
      } else if (tag.equals(Tag.BOOL)) {
        return builder.scalar(value.equalsIgnoreCase("true"), path, place);
      } else if (tag.equals(Tag.INT)) {
        return builder.scalar(integer(value, path, place), path, place);
      } else if (tag.equals(Tag.FLOAT)) {
        return builder.scalar(floating(value, path, place), path, place);
      }
    } catch (NumberFormatException e) {
      throw builder.failure(place, path, "'" + value + "' is not a number");
    }
    checkTag(node, Tag.STR, path);
    return builder.scalar(value, path, place);
  }

  private Number integer(String value, String path, LineColumn place) {
    Matcher radix = RADIX.matcher(value);
    if (!radix.matches()) {
      return builder.decimal(value, path, place);
    }
    boolean hex = radix.group(2) != null;
    return builder.radix(
        radix.group(1), hex ? radix.group(2) : radix.group(3), hex ? 16 : 8, path, place);
  }

  private Number floating(String value, String path, LineColumn place) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case ".nan" -> Double.NaN;
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      default -> builder.decimal(value, path, place);
    };
  }

  private void checkTag(org.snakeyaml.engine.v2.nodes.Node node, Tag known, String path) {
    if (!node.getTag().equals(known)) {
      throw builder.failure(
          placeOf(node), path, "the tag '" + node.getTag().getValue() + "' has no meaning here");
    }
  }

  private static LineColumn placeOf(org.snakeyaml.engine.v2.nodes.Node node) {
    return place(node.getStartMark());
  }

  private static LineColumn place(Optional<Mark> mark) {
    return mark.map(m -> new LineColumn(m.getLine() + 1, m.getColumn() + 1))
        .orElse(new LineColumn(1, 1));
  }

  private DefinitionException failure(MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    StringBuilder message = new StringBuilder();
    if (e.getContext() != null) {
      message.append(e.getContext());
      e.getContextMark()
          .map(m -> " that begins at %d:%d".formatted(m.getLine() + 1, m.getColumn() + 1))
          .ifPresent(message::append);
      message.append(": ");
    }
    return builder.failure(place(mark), "", message.append(e.getProblem()).toString());
  }

  /** The library's core schema resolves the merge key of YAML 1.1, which YAML 1.2 dropped. */
  private static final class CoreWithoutMerge extends CoreSchema {
    @Override
    public ScalarResolver getScalarResolver() {
      return new CoreScalarResolver(false);
    }
  }
}

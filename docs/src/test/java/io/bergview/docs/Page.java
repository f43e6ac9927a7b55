package io.bergview.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, taken apart. */
record Page(Path file, List<Fence> fences, List<Heading> headings, List<Link> links) {
  /** The checkout; tests run in the module's folder, one below it. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Pattern COMMENT = Pattern.compile("<!--\\s*not run:(.*)-->");
  private static final Pattern HEADING = Pattern.compile("(#+)\\s+(.*)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /**
   * A fenced block.
   *
   * @param line of its first line of content, from 1
   * @param info the words after the backticks: the language first
   * @param notRun the reason given in a comment just before it
   */
  record Fence(int line, List<String> info, Optional<String> notRun, List<String> lines) {
    String language() {
      return info.isEmpty() ? "" : info.get(0);
    }

    boolean is(String language) {
      return language().equals(language);
    }

    boolean has(String word) {
      return info.contains(word);
    }

    String text() {
      return String.join("\n", lines) + "\n";
    }
  }

  /** A heading, without its marks. */
  record Heading(int level, String text) {
    /** As GitHub makes it. */
    String anchor() {
      return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
    }
  }

  /** The target of a link. */
  record Link(int line, String target) {}

  static List<Page> all() {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      List<Page> pages = new ArrayList<>(List.of(of("README.md")));
      docs.filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .forEach(file -> pages.add(read(file)));
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page of(String name) {
    return read(ROOT.resolve(name));
  }

  private static Page read(Path file) {
    try {
      return parse(file, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page parse(Path file, List<String> lines) {
    List<Fence> fences = new ArrayList<>();
    List<Heading> headings = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    Optional<String> comment = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.strip().startsWith("```")) {
        int indent = line.indexOf('`');
        List<String> info = List.of(line.strip().substring(3).strip().split("\\s+"));
        List<String> content = new ArrayList<>();
        int first = i + 2;
        for (i++; !lines.get(i).strip().equals("```"); i++) {
          String text = lines.get(i);
          content.add(text.substring(Math.min(indent, text.length())));
        }
        fences.add(new Fence(first, info, comment, List.copyOf(content)));
        comment = Optional.empty();
        continue;
      }
      Matcher reason = COMMENT.matcher(line);
      if (reason.find()) {
        comment = Optional.of(reason.group(1).strip());
      } else if (!line.isBlank()) {
        comment = Optional.empty();
      }
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        headings.add(new Heading(heading.group(1).length(), heading.group(2).strip()));
      }
      Matcher link = LINK.matcher(line.replaceAll("`[^`]*`", ""));
      while (link.find()) {
        links.add(new Link(i + 1, link.group(1)));
      }
    }
    return new Page(file, List.copyOf(fences), List.copyOf(headings), List.copyOf(links));
  }

  /** Relative to the checkout. */
  String name() {
    return ROOT.relativize(file).toString();
  }

  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    headings.forEach(heading -> anchors.add(heading.anchor()));
    return anchors;
  }

  /** Texts of the headings of a level, backticks off. */
  List<String> headingsOf(int level) {
    return headings.stream()
        .filter(heading -> heading.level() == level)
        .map(heading -> heading.text().replace("`", ""))
        .toList();
  }
}

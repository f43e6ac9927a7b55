package io.bergview.catalog;

import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.settings.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets of an invalid project file, to mask them in its error messages: all texts below a key
 * that says secret, and what URIs hold of users and passwords. Messages quote values that are out
 * of place, and cut long ones off.
 */
final class DocumentSecrets {
  /** In addition to the keys of {@link Secrets#isSecret}. */
  private static final Set<String> KEYS = Set.of("webhook", "headers");

  private static final Pattern USER_INFO = Pattern.compile("//[^/@:\\s]*:([^/@\\s]+)@");
  private static final Pattern PARAMETER = Pattern.compile("[?&;]([^=&;?\\s]+)=([^&;\\s]+)");

  /** So many characters of a long text are quoted. */
  private static final int QUOTED = 60;

  private final SettingsReader settings;
  private final List<String> values = new ArrayList<>();

  private DocumentSecrets(SettingsReader settings) {
    this.settings = settings;
  }

  static Secrets of(List<Node> documents, SettingsReader settings) {
    DocumentSecrets found = new DocumentSecrets(settings);
    documents.forEach(document -> found.collect(document, false));
    return Secrets.of(List.of(), found.values);
  }

  private void collect(Node node, boolean secret) {
    if (node instanceof MapNode map) {
      for (MapNode.Entry entry : map.entries()) {
        boolean below = Secrets.isSecret(entry.key()) || KEYS.contains(entry.key());
        collect(entry.value(), secret || below);
      }
    } else if (node instanceof ListNode list) {
      list.items().forEach(item -> collect(item, secret));
    } else if (((ScalarNode) node).value() instanceof String text) {
      add(text, secret);
      try {
        add(settings.filled(text), secret);
      } catch (IllegalArgumentException e) {
        // What cannot be filled in is shown as it was written.
      }
    }
  }

  private void add(String text, boolean secret) {
    if (secret) {
      values.add(text);
      if (text.codePointCount(0, text.length()) > QUOTED) {
        values.add(text.substring(0, text.offsetByCodePoints(0, QUOTED)));
      }
    }
    Matcher user = USER_INFO.matcher(text);
    while (user.find()) {
      values.add(user.group(1));
    }
    Matcher parameter = PARAMETER.matcher(text);
    while (parameter.find()) {
      if (Secrets.isSecret(parameter.group(1))) {
        values.add(parameter.group(2));
      }
    }
  }
}

package io.bergview.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import io.bergview.errors.Printable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where text has secrets by its form: the user info of URIs, parameters and assignments whose name
 * says that their value is one. Finds them, and hides them, in time that grows with the text alone:
 * no pattern restarts within what it has just passed, or looks further than so far.
 */
final class SecretText {
  private static final String WORDS =
      "password|passwd|passphrase|secret|token|key|credential|authorization|signature|jaas";

  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "(?:%s)|(?:^|[._-])(?:sig|sas|pwd|pw|pass)(?:$|[._-])".formatted(WORDS),
          Pattern.CASE_INSENSITIVE);

  /** Not the container of an Azure location, which stands in the same place. */
  private static final String AUTHORITY = "(?<=(?<!\\babfs|\\babfss|\\bwasb|\\bwasbs)://)";

  private static final Pattern USER_INFO =
      Pattern.compile(
          AUTHORITY
              + "[^/\\s?#\"'\\[][^/\\s?#\"']*(?=@)"
              // A password with characters of a path in it; a port is no password.
              + "|"
              + AUTHORITY
              + "[^/@\\s:\"'\\[]+:(?!\\d{1,5}(?:[/?#\\s,;)]|$))(?:(?!://)[^\\s\"']){0,1000}(?=@)"
              + "|(?<=jdbc:oracle:thin:)(?:(?!jdbc:oracle:)[^@\\s]){1,1000}+(?=@)");

  /** Whether the name is that of a secret is checked afterwards, by {@link #isSecretKey}. */
  private static final Pattern PARAMETER = Pattern.compile("(?<=[?&;])([^=&;?\\s]++)=([^&;\\s]+)");

  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?<![\\w.?&;-])([\\w.-]*(?:password|passwd|passphrase|secret|token)=)"
              + "(\"[^\"]*\"|'[^']*'|[^\\s&;,\"']+)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern SCHEME = Pattern.compile("(?i)(?:bearer|basic)\\s+(\\S+)");

  private SecretText() {}

  static boolean isSecretKey(String key) {
    return SECRET_KEY.matcher(key).find();
  }

  static String hidden(String text) {
    String shown = USER_INFO.matcher(text).replaceAll(Secrets.MASK);
    shown = PARAMETER.matcher(shown).replaceAll(SecretText::hiddenParameter);
    return ASSIGNMENT.matcher(shown).replaceAll("$1" + Matcher.quoteReplacement(Secrets.MASK));
  }

  private static String hiddenParameter(MatchResult parameter) {
    String shown =
        isSecretKey(parameter.group(1))
            ? parameter.group(1) + "=" + Secrets.MASK
            : parameter.group();
    return Matcher.quoteReplacement(shown);
  }

  /** The secrets that a value has inside, in every form in which others may show them. */
  static Set<String> inside(String value) {
    Set<String> found = new LinkedHashSet<>();
    for (MatchResult match : matches(USER_INFO, value)) {
      addUserInfo(match.group(), found);
    }
    for (MatchResult match : matches(PARAMETER, value)) {
      if (isSecretKey(match.group(1))) {
        addForms(match.group(2), found);
      }
    }
    for (MatchResult match : matches(ASSIGNMENT, value)) {
      addForms(match.group(2).replaceAll("^[\"']|[\"']$", ""), found);
    }
    return found;
  }

  /** A value that is secret itself, with its parts. */
  static Set<String> of(String value) {
    Set<String> found = inside(value);
    addForms(value, found);
    for (MatchResult match : matches(SCHEME, value)) {
      addForms(match.group(1), found);
    }
    int colon = value.indexOf(':');
    if (colon >= 0 && !value.contains("://")) {
      addUserInfo(value, found);
    }
    return found;
  }

  /** {@code user:password}; the user alone is a secret only if the password is empty. */
  private static void addUserInfo(String info, Set<String> found) {
    int colon = info.indexOf(':');
    addForms(info, found);
    found.add(base64(info));
    found.add(base64(decoded(info)));
    if (colon >= 0) {
      addForms(info.substring(colon + 1), found);
    }
  }

  private static void addForms(String secret, Set<String> found) {
    String plain = decoded(secret);
    for (String form : List.of(secret, plain)) {
      found.add(form);
      String encoded = URLEncoder.encode(form, UTF_8);
      for (String written : List.of(encoded, encoded.replace("+", "%20"))) {
        found.add(written);
        found.add(lowerCaseHex(written));
      }
    }
    found.add(lowerCaseHex(secret));
    for (String form : List.of(secret, plain)) {
      found.add(base64(form));
      found.add(Printable.text(form));
      found.add(Printable.line(form));
      String quoted = TextNode.valueOf(form).toString();
      found.add(quoted.substring(1, quoted.length() - 1));
    }
  }

  private static String lowerCaseHex(String text) {
    return Pattern.compile("%[0-9A-Fa-f]{2}")
        .matcher(text)
        .replaceAll(hex -> hex.group().toLowerCase(java.util.Locale.ROOT));
  }

  /** As in a URI, where a plus is a plus. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return new ArrayList<>(pattern.matcher(text).results().toList());
  }
}

package io.bergview.catalog;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import java.util.Arrays;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/**
 * Namespaces in which Bergview drops and replaces nothing: those with the property {@code
 * bergview.protected=true}, and all below them. Other engines do not know that property.
 */
public final class NamespaceProtection {
  /** Namespace property, {@code true} where nothing may be dropped or replaced. */
  public static final String PROPERTY = "bergview.protected";

  private NamespaceProtection() {}

  public static boolean isOn(Map<String, String> properties) {
    return "true".equals(properties.get(PROPERTY));
  }

  /**
   * @param doing what is not to be done there, to follow "Cannot"
   * @throws RefusedException {@code NAMESPACE_PROTECTED} where the namespace, or one above it, is
   *     protected
   */
  public static void check(Catalogs catalogs, String catalog, Namespace namespace, String doing) {
    if (!catalogs.settings(catalog).kind().keepsNamespaceProperties()
        || !(catalogs.catalog(catalog) instanceof SupportsNamespaces namespaces)) {
      return;
    }
    for (int depth = 1; depth <= namespace.length(); depth++) {
      Namespace part = Namespace.of(Arrays.copyOf(namespace.levels(), depth));
      if (isProtected(namespaces, part)) {
        throw new RefusedException(
            ErrorCode.NAMESPACE_PROTECTED,
            "Cannot %s: namespace %s is protected; 'bergview protectNamespace %s --off' ends that"
                .formatted(doing, part, part));
      }
    }
  }

  private static boolean isProtected(SupportsNamespaces namespaces, Namespace namespace) {
    try {
      return isOn(namespaces.loadNamespaceMetadata(namespace));
    } catch (NoSuchNamespaceException none) {
      return false;
    }
  }
}

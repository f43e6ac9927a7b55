package io.bergview.projection.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/** How an engine writes functions of lists; no list is null. Positions count from 1. */
public interface SqlLists {
  /** A list without elements, of any type. */
  String empty();

  /** A list of values of one type, at least one. */
  String of(List<String> values);

  String length(String list);

  /** The elements of both. */
  String concat(String left, String right);

  /** Sorted, the least or the greatest first. The list has no nulls. */
  String sort(String list, boolean descending);

  /** The first few elements. */
  String first(String list, int count);

  /** The element at a position, from the end if it is negative; null if there is none. */
  String at(String list, int position);

  /** The first position of a value, which is in the list. */
  String position(String list, String value);

  /**
   * A value for each element.
   *
   * @param made over {@code e}, the element
   */
  String transform(String list, String made);

  /**
   * The elements for which a test holds.
   *
   * @param element the name that the test calls an element by
   */
  String filter(String list, String element, String test);

  /**
   * As {@link #filter} by {@code e}.
   *
   * @param test given the element's position
   */
  String filterNumbered(String list, UnaryOperator<String> test);
}

package io.bergview.imports.text;

import java.io.Closeable;
import java.util.Iterator;

/** The records of one file, from its first to its last. Not for several threads. */
public interface TextRows extends Iterator<TextRow>, Closeable {}

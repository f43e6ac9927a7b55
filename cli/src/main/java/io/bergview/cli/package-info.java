/**
 * The command line: commands, formats on a terminal, progress, exit codes. {@link
 * io.bergview.cli.Main} begins; each command is a class of its own.
 */
@NullMarked
package io.bergview.cli;

import org.jspecify.annotations.NullMarked;

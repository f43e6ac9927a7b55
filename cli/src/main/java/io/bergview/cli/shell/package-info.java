/**
 * The interactive shell for SQL; and what other shells and manuals need to know of the command
 * line, made from the commands themselves.
 */
package io.bergview.cli.shell;

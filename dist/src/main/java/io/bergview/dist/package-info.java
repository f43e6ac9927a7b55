/** What the build of the distribution needs beyond Maven's plugins. */
package io.bergview.dist;

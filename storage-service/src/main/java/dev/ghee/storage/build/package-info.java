/** Builds apps' sites from their source: in a sandbox, with its output told as it comes, handed to hosting when done. */
@NullMarked
package dev.ghee.storage.build;

import org.jspecify.annotations.NullMarked;

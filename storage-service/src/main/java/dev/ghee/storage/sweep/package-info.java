/** What follows from changes, and what makes bytes and rows converge. */
@NullMarked
package dev.ghee.storage.sweep;

import org.jspecify.annotations.NullMarked;

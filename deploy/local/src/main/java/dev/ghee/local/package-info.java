/** {@code ./ghee}: runs the whole platform on one machine, as separate processes, and keeps it running. */
@NullMarked
package dev.ghee.local;

import org.jspecify.annotations.NullMarked;

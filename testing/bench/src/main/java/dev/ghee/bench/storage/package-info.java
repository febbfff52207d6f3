/** Files: how fast they pass, and what they survive. */
@NullMarked
package dev.ghee.bench.storage;

import org.jspecify.annotations.NullMarked;

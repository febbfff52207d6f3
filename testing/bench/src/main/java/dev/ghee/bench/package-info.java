/** Load on a running stack, beside what Postgres does by itself on the same machine in the same run. */
@NullMarked
package dev.ghee.bench;

import org.jspecify.annotations.NullMarked;

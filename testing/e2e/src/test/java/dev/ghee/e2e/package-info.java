/** The running platform from outside: through the edge, as clients see it. */
@NullMarked
package dev.ghee.e2e;

import org.jspecify.annotations.NullMarked;

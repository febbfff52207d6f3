/** What happens to a request and its answer on the way through. */
@NullMarked
package dev.ghee.edge.forward;

import org.jspecify.annotations.NullMarked;

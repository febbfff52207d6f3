/** Row changes as they were committed, with the shape their table had. */
@NullMarked
package dev.ghee.realtime.change;

import org.jspecify.annotations.NullMarked;

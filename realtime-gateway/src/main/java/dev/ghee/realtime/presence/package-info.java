/** Who is here: presence of one app's clients. */
@NullMarked
package dev.ghee.realtime.presence;

import org.jspecify.annotations.NullMarked;

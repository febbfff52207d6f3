/** Who listens to which table of an app. */
@NullMarked
package dev.ghee.realtime.subscription;

import org.jspecify.annotations.NullMarked;

/** Connections to the databases of apps, one kind per platform role. */
@NullMarked
package dev.ghee.realtime.database;

import org.jspecify.annotations.NullMarked;

/** Which tables are live: the HTTP side of realtime. */
@NullMarked
package dev.ghee.realtime.config;

import org.jspecify.annotations.NullMarked;

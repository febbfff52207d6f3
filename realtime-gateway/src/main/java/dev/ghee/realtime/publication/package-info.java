/** Which tables are live: what the app asked for, and what its database really publishes. */
@NullMarked
package dev.ghee.realtime.publication;

import org.jspecify.annotations.NullMarked;

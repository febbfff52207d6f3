/** Reading an app's write-ahead log through its replication slot. */
@NullMarked
package dev.ghee.realtime.slot;

import org.jspecify.annotations.NullMarked;

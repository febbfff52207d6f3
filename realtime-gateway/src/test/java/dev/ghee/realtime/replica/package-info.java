@NullMarked
package dev.ghee.realtime.replica;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.realtime.presence;

import org.jspecify.annotations.NullMarked;

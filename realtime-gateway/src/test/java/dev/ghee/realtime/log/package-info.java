@NullMarked
package dev.ghee.realtime.log;

import org.jspecify.annotations.NullMarked;

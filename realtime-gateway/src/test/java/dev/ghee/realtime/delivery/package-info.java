@NullMarked
package dev.ghee.realtime.delivery;

import org.jspecify.annotations.NullMarked;

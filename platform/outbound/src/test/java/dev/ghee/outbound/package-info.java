@NullMarked
package dev.ghee.outbound;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.object;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.function;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.invoke;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.engine;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.build;

import org.jspecify.annotations.NullMarked;

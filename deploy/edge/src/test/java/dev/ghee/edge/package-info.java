@NullMarked
package dev.ghee.edge;

import org.jspecify.annotations.NullMarked;

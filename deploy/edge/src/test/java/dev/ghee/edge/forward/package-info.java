@NullMarked
package dev.ghee.edge.forward;

import org.jspecify.annotations.NullMarked;

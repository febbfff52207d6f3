@NullMarked
package dev.ghee.pgoutput;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.pgoutput.value;

import org.jspecify.annotations.NullMarked;

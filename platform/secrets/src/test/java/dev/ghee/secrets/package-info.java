@NullMarked
package dev.ghee.secrets;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.local;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.control.rls;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.control.auth.limit;

import org.jspecify.annotations.NullMarked;

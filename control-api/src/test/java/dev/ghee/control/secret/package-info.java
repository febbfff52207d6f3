@NullMarked
package dev.ghee.control.secret;

import org.jspecify.annotations.NullMarked;

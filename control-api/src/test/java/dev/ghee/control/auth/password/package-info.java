@NullMarked
package dev.ghee.control.auth.password;

import org.jspecify.annotations.NullMarked;

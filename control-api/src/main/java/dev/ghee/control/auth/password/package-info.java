/** Which passwords are accepted, and hashing them without starving anybody. */
@NullMarked
package dev.ghee.control.auth.password;

import org.jspecify.annotations.NullMarked;

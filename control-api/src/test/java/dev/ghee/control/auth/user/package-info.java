@NullMarked
package dev.ghee.control.auth.user;

import org.jspecify.annotations.NullMarked;

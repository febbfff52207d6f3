/** The app's users and their administration. */
@NullMarked
package dev.ghee.control.auth.user;

import org.jspecify.annotations.NullMarked;

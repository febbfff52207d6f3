/** Sign-up and sign-in of the people who own apps. */
@NullMarked
package dev.ghee.control.account;

import org.jspecify.annotations.NullMarked;

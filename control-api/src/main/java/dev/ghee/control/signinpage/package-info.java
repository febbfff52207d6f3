/** Sign-in pages that the platform hosts for each app. */
@NullMarked
package dev.ghee.control.signinpage;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package dev.ghee.control.signinpage;

import org.jspecify.annotations.NullMarked;

/** Tokens that no service may accept. */
@NullMarked
package dev.ghee.testkit.token;

import org.jspecify.annotations.NullMarked;

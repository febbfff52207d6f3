/** The keys that sign access tokens, and the tokens. */
@NullMarked
package dev.ghee.control.auth.token;

import org.jspecify.annotations.NullMarked;

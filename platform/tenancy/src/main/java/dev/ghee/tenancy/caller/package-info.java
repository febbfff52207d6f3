/** Who is calling: resolved once per request from its credentials, without a network call. */
@NullMarked
package dev.ghee.tenancy.caller;

import org.jspecify.annotations.NullMarked;

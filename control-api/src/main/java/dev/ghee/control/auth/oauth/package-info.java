/** Sign-in with other providers: OAuth 2.0 and OpenID Connect. */
@NullMarked
package dev.ghee.control.auth.oauth;

import org.jspecify.annotations.NullMarked;

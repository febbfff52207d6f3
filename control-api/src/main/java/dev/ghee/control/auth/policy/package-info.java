/** What an app's administrators decide about signing in to it. */
@NullMarked
package dev.ghee.control.auth.policy;

import org.jspecify.annotations.NullMarked;

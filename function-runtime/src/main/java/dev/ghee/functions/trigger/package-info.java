/** What triggers share: which apps have some, and the calls that they make. */
@NullMarked
package dev.ghee.functions.trigger;

import org.jspecify.annotations.NullMarked;

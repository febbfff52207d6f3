/** Calls by others who sign what they send. */
@NullMarked
package dev.ghee.functions.webhook;

import org.jspecify.annotations.NullMarked;

/** The installation's encryption key, and what is sealed with it or derived from it. */
@NullMarked
package dev.ghee.secrets;

import org.jspecify.annotations.NullMarked;

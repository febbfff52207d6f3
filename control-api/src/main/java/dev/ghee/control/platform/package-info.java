/** The control database, the people and organisations that own apps, and what is served without an account. */
@NullMarked
package dev.ghee.control.platform;

import org.jspecify.annotations.NullMarked;

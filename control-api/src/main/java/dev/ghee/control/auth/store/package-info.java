/** Statements in an app's database, for code that runs on virtual threads. */
@NullMarked
package dev.ghee.control.auth.store;

import org.jspecify.annotations.NullMarked;

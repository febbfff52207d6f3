/** Row-level security of an app's tables: policies from outside, checked and tried before they stay. */
@NullMarked
package dev.ghee.control.rls;

import org.jspecify.annotations.NullMarked;

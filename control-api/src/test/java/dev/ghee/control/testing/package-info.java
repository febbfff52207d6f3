/** What the tests of several features need. */
@NullMarked
package dev.ghee.control.testing;

import org.jspecify.annotations.NullMarked;

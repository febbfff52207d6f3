@NullMarked
package dev.ghee.testkit;

import org.jspecify.annotations.NullMarked;

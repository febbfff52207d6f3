@NullMarked
package dev.ghee.control.organization;

import org.jspecify.annotations.NullMarked;

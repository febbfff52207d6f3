/** Tests. */
@NullMarked
package dev.ghee.control.domain;

import org.jspecify.annotations.NullMarked;

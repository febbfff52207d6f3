/** Tests. */
@NullMarked
package dev.ghee.control.config;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package dev.ghee.control.mcpauth;

import org.jspecify.annotations.NullMarked;

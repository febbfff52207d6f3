/** Tests. */
@NullMarked
package dev.ghee.control.provisioning;

import org.jspecify.annotations.NullMarked;

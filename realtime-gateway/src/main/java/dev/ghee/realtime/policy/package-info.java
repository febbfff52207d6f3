/** Who may see which row image, decided by the table's own SELECT policies. */
@NullMarked
package dev.ghee.realtime.policy;

import org.jspecify.annotations.NullMarked;

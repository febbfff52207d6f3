/** Programs that the local stack runs as processes of their own. */
@NullMarked
package dev.ghee.stackruntime;

import org.jspecify.annotations.NullMarked;

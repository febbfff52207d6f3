/** From TypeScript, JSX and JavaScript to the ES modules that workerd runs, with maps back to the source. */
@NullMarked
package dev.ghee.functions.build;

import org.jspecify.annotations.NullMarked;

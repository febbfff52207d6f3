/** Running an app's objects: one workerd process with all its classes, started on demand and watched. */
@NullMarked
package dev.ghee.functions.object.run;

import org.jspecify.annotations.NullMarked;

/** Objects of apps: what is known of them, who may do what, and the routes. */
@NullMarked
package dev.ghee.storage.object;

import org.jspecify.annotations.NullMarked;

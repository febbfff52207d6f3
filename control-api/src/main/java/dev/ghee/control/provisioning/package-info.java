/** Making and dropping the databases of apps. */
@NullMarked
package dev.ghee.control.provisioning;

import org.jspecify.annotations.NullMarked;

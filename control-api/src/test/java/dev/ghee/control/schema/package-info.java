@NullMarked
package dev.ghee.control.schema;

import org.jspecify.annotations.NullMarked;

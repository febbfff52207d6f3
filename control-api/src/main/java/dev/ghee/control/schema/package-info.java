/** The declarative schema of an app's database: reading it, comparing it with a desired one, applying the difference. */
@NullMarked
package dev.ghee.control.schema;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions.object.run;

import org.jspecify.annotations.NullMarked;

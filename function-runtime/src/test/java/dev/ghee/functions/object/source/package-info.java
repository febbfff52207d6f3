@NullMarked
package dev.ghee.functions.object.source;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.functions;

import org.jspecify.annotations.NullMarked;

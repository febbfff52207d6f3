@NullMarked
package dev.ghee.edge.routes;

import org.jspecify.annotations.NullMarked;

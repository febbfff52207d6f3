@NullMarked
package dev.ghee.realtime.policy.compiler;

import org.jspecify.annotations.NullMarked;

/** Names of their own under which apps are served, and the proof that somebody may use a name. */
@NullMarked
package dev.ghee.control.domain;

import org.jspecify.annotations.NullMarked;

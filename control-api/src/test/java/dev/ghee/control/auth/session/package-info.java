@NullMarked
package dev.ghee.control.auth.session;

import org.jspecify.annotations.NullMarked;

/** Keys for programs without a browser: RFC 8628. */
@NullMarked
package dev.ghee.control.device;

import org.jspecify.annotations.NullMarked;

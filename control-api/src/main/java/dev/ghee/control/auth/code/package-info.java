/** The codes that are mailed to prove that somebody reads a mailbox. */
@NullMarked
package dev.ghee.control.auth.code;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.control.account;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.ghee.control.auth.oauth;

import org.jspecify.annotations.NullMarked;

/** The request being served: its id, its sender, and the app it is about. */
@NullMarked
package dev.ghee.service.request;

import org.jspecify.annotations.NullMarked;

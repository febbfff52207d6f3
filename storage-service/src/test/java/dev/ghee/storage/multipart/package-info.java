@NullMarked
package dev.ghee.storage.multipart;

import org.jspecify.annotations.NullMarked;

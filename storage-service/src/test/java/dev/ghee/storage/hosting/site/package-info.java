@NullMarked
package dev.ghee.storage.hosting.site;

import org.jspecify.annotations.NullMarked;

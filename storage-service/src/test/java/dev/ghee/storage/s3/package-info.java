@NullMarked
package dev.ghee.storage.s3;

import org.jspecify.annotations.NullMarked;

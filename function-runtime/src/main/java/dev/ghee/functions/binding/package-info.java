/** What functions' code may ask of the platform while it is called, and under whose rights: the host side of ctx. */
@NullMarked
package dev.ghee.functions.binding;

import org.jspecify.annotations.NullMarked;

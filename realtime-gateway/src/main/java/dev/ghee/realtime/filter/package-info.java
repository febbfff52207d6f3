/** Which rows a subscription wants: the data API's filter grammar, decided on row images instead of by Postgres. */
@NullMarked
package dev.ghee.realtime.filter;

import org.jspecify.annotations.NullMarked;

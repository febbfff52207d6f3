/** The life of an app's stream: slot, log, judgement and fan-out, joined in commit order. */
@NullMarked
package dev.ghee.realtime.stream;

import org.jspecify.annotations.NullMarked;

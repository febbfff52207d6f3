package dev.ghee.kv;

import java.util.List;

/**
 * Keys in order.
 *
 * @param cursor for the next page; {@link #END} when there is none
 */
public record KvPage(List<String> keys, String cursor) {
    public static final String END = "0";
}

package dev.ghee.realtime.delivery;

import dev.ghee.realtime.subscription.Cursor;

/**
 * From where a subscription is complete.
 *
 * @param cursor after which every change reaches it
 */
public record Joined(Cursor cursor) {}

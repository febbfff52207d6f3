package dev.ghee.realtime.publication;

import java.time.Instant;

/**
 * A table that the app wants live.
 *
 * @param drift whether the database does not publish it as it should, because the table was made anew or altered;
 *     configuring it again repairs that
 */
public record LiveTable(String name, boolean enabled, Instant createdAt, Instant updatedAt, boolean drift) {}

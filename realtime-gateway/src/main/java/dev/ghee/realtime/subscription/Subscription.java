package dev.ghee.realtime.subscription;

/** One client's interest in one table. */
public record Subscription(Subscriber subscriber, Viewer viewer, String table, Filter filter) {}

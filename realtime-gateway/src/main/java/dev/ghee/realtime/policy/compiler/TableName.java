package dev.ghee.realtime.policy.compiler;

/** A table as an expression names it. */
public record TableName(String schema, String table) {}

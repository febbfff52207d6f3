package dev.ghee.functions.binding;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of what a call may ask of its host. */
@ConfigMapping(prefix = "ghee.functions.binding")
public interface BindingConfig {
    /** Longest text of a statement, in characters. */
    @WithDefault("262144")
    int maxSqlCharacters();

    /** Most parameters of a statement. */
    @WithDefault("5000")
    int maxParameters();

    /** Longest message to the host, such as a statement with its parameters, in bytes. */
    @WithDefault("4194304")
    int maxMessageBytes();

    /** Most rows of one answer. */
    @WithDefault("10000")
    int maxRows();

    /** Longest answer to one statement, as JSON in bytes. */
    @WithDefault("8388608")
    int maxResultBytes();

    /** Most questions of one call that wait for an answer at the same time. */
    @WithDefault("100")
    int maxConcurrent();

    /** Most transactions that one call may hold at the same time. */
    @WithDefault("2")
    int maxTransactions();

    /** How long a transaction may be held; then it is undone. */
    @WithDefault("PT15S")
    Duration transactionTime();

    /** How long a call's background work may take after its answer. */
    @WithDefault("PT30S")
    Duration backgroundTime();

    /** How long an idempotency key is kept when the claim does not say. */
    @WithDefault("PT24H")
    Duration idempotencyTime();
}

/**
 * Turns SELECT policies into predicates over a row image and a viewer's claims, so that a change can be judged without
 * asking the database. Pure: no I/O, no clock, no framework.
 *
 * <p>{@link dev.ghee.realtime.policy.compiler.PolicyCompiler} starts from the text that Postgres prints for a policy.
 * {@code SqlTokens} and {@code ExpressionParser} read it, {@code ExpressionTyper} gives it types and refuses what is not
 * known to mean the same here as there, and the {@code Node}s evaluate it with SQL's three-valued logic. What is
 * refused has a reason, and the database is asked instead. {@code Reach} finds the viewers of a row by look-up;
 * {@code Membership} asks a relation held in memory.
 *
 * <p>Two rules keep it safe. What cannot be shown to be exact is refused. And an evaluation that fails denies, whatever
 * stands around it: Postgres does not say in which order it evaluates, so a policy that may fail may always fail.
 */
@NullMarked
package dev.ghee.realtime.policy.compiler;

import org.jspecify.annotations.NullMarked;

package dev.ghee.bench;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.tenancy.caller.EndUserTokens;
import dev.ghee.tenancy.caller.NativeCrypto;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How long a service takes to verify an access token: one that it sees for the first time, and one that it has verified
 * before. Real tokens, the services' own code, no network.
 *
 * @param p50Micros of a token never seen before
 * @param p99Micros of the same
 * @param knownMicros p50 of a token that was verified before
 */
record TokenVerification(int tokens, double p50Micros, double p99Micros, double knownMicros) {
    private static final int WARM_UP = 3;

    static TokenVerification measure(List<PublicKey> keys, String app, List<String> tokens) {
        if (tokens.isEmpty()) {
            throw new IllegalStateException("no tokens to verify");
        }
        NativeCrypto.install();
        AppState state = state(keys, app);
        for (int i = 0; i < WARM_UP; i++) {
            timed(new EndUserTokens(), state, tokens);
        }
        var verifier = new EndUserTokens();
        long[] fresh = timed(verifier, state, tokens);
        long[] known = timed(verifier, state, tokens);
        return new TokenVerification(
                tokens.size(), percentile(fresh, 50), percentile(fresh, 99), percentile(known, 50));
    }

    private static long[] timed(EndUserTokens verifier, AppState state, List<String> tokens) {
        long[] nanos = new long[tokens.size()];
        for (int i = 0; i < nanos.length; i++) {
            long begin = System.nanoTime();
            String user = verifier.verify(tokens.get(i), state).userId();
            nanos[i] = System.nanoTime() - begin;
            if (user.isEmpty()) {
                throw new IllegalStateException("a token of nobody");
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e3;
    }

    private static AppState state(List<PublicKey> keys, String app) {
        return new AppState(
                new AppId(app),
                1,
                "bench",
                "bench",
                "",
                "",
                Set.of(),
                "us-east-1",
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "",
                keys,
                false,
                null);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "verified for the first time: p50 %.1f us, p99 %.1f us; again: p50 %.2f us (%d tokens; at most 50 us"
                        + " wanted)",
                p50Micros,
                p99Micros,
                knownMicros,
                tokens);
    }
}

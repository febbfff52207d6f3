package dev.ghee.functions.invoke;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ghee.tenancy.rls.DbClaims;
import org.jspecify.annotations.Nullable;

/**
 * As whom a function is called.
 *
 * @param caller what {@code ctx.caller} says
 * @param claims what its statements run as: a user's whenever there is a user
 * @param trusted whether stacks may be shown, because the caller administers the app
 */
record CallingAs(CallerFacts caller, DbClaims claims, boolean trusted) {
    /**
     * {@code ctx.caller}.
     *
     * @param type {@code service_key}, {@code end_user_jwt}, {@code anonymous}, or {@code loopback} for the platform
     * @param keyId of a service key
     * @param scope of a service key, as one text
     * @param userId whom the call acts for
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record CallerFacts(
            String type,
            @Nullable String keyId,
            @Nullable String scope,
            @Nullable String userId) {}

    static CallingAs anonymous() {
        return new CallingAs(new CallerFacts("anonymous", null, null, null), DbClaims.anonymous(), false);
    }

    /** A call by the platform itself: for a user, or in the app's own name. */
    static CallingAs loopback(@Nullable String userId, DbClaims claims, boolean trusted) {
        return new CallingAs(new CallerFacts("loopback", null, null, userId), claims, trusted);
    }
}

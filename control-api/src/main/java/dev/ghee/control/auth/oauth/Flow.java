package dev.ghee.control.auth.oauth;

import dev.ghee.control.auth.identity.LinkTickets.Linker;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in between leaving for a provider and coming back.
 *
 * @param redirectTo the app's page to end on, checked; null to end with JSON
 * @param browser what the browser's cookie has to be; null where no cookie can come back
 * @param linker who links an identity; null for a sign-in
 */
record Flow(
        ProviderName provider,
        String redirectUri,
        @Nullable String redirectTo,
        @Nullable String browser,
        @Nullable Linker linker) {

    @Override
    public String toString() {
        return "Flow[" + provider + "]";
    }
}

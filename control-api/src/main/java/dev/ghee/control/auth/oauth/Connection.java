package dev.ghee.control.auth.oauth;

import dev.ghee.control.auth.oauth.Dialect.Trait;

/** A provider as one app uses it: its settings, and where it is. */
record Connection(ProviderSettings settings, Endpoints endpoints) {
    boolean is(Trait trait) {
        return endpoints.traits().contains(trait);
    }
}

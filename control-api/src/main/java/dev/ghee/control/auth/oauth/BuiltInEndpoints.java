package dev.ghee.control.auth.oauth;

/** Where the providers that we know by name are. */
interface BuiltInEndpoints {
    /**
     * Of any but {@link Dialect#CUSTOM}.
     *
     * @param tenant of Microsoft's directory, such as {@code common}
     */
    Endpoints of(Dialect dialect, String tenant);
}

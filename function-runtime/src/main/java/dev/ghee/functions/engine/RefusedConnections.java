package dev.ghee.functions.engine;

/** Says in our words why workerd did not connect. */
final class RefusedConnections {
    private static final String NOT_ALLOWED = " is not allowed";

    private RefusedConnections() {}

    /** @param cause as workerd printed it; its own words for what is no refusal can name hosts, which the code knows */
    static String explain(String cause) {
        if (cause.endsWith(NOT_ALLOWED)) {
            return cause + ": functions reach public addresses only, and an operator allows more with"
                    + " ghee.functions.allowed-networks";
        }
        if (cause.contains("lookup address") || cause.contains("DNS")) {
            return "there is no such host";
        }
        return "cannot connect";
    }
}

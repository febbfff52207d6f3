package dev.ghee.control.mcpauth;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;

/** Parameters of a query or form. One that is sent twice counts as not sent: RFC 6749 allows none of them twice. */
record Parameters(MultivaluedMap<String, String> all) {
    Optional<String> one(String name) {
        List<String> values = all.get(name);
        return values == null || values.size() != 1 || values.getFirst().isEmpty()
                ? Optional.empty()
                : Optional.of(values.getFirst());
    }

    /** Whether any was sent twice. */
    boolean repeated() {
        return all.values().stream().anyMatch(values -> values.size() > 1);
    }
}

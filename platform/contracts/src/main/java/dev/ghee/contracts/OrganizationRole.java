package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a member of an organisation may do with its apps, from least to most; each may do what the ones before may. */
public enum OrganizationRole {
    /** Reads apps, their settings and their data. */
    @JsonProperty("viewer")
    VIEWER,
    /** Makes apps and changes them. */
    @JsonProperty("developer")
    DEVELOPER,
    /** Deletes apps, manages members and keys. */
    @JsonProperty("admin")
    ADMIN,
    /** Manages owners and deletes the organisation. */
    @JsonProperty("owner")
    OWNER;

    public boolean atLeast(OrganizationRole other) {
        return compareTo(other) >= 0;
    }

    /** As the REST API writes it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for text that names no role. */
    public static Optional<OrganizationRole> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(role -> role.wireName().equals(name))
                .findFirst();
    }
}

package dev.ghee.control.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /init}. */
record NewApp(
        @NotNull @Size(min = 1, max = 63) @Pattern(regexp = "[a-z0-9][a-z0-9_-]*")
        String name,

        @Nullable @Size(max = 63) @Pattern(regexp = "[a-z0-9]([a-z0-9-]*[a-z0-9])?")
        String subdomain,

        @Nullable @Size(max = 63) String region,

        @JsonProperty("organization_id") @Nullable @Size(max = 64)
        String organizationId) {}

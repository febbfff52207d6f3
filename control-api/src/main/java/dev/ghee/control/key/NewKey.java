package dev.ghee.control.key;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /api-keys}. */
record NewKey(
        @NotNull @Size(min = 1, max = 100) String name,
        @JsonProperty("key_scope") @Nullable String keyScope,
        @JsonProperty("target_app_id") @Nullable String targetAppId,

        @JsonProperty("additional_scopes") @Nullable @Size(max = 20)
        List<@NotNull String> additionalScopes,

        @Nullable String scope,

        @JsonProperty("organization_id") @Nullable @Size(max = 64)
        String organizationId,

        @Nullable @Size(max = 20) List<@NotNull String> scopes) {}

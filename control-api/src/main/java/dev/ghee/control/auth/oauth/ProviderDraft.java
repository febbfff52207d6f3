package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.outbound.OutboundHttp;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a request into settings that can work. Fails with {@code VALIDATION_INVALID_SCHEMA}. */
@ApplicationScoped
class ProviderDraft {
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,100}");

    private final OutboundHttp http;

    ProviderDraft(OutboundHttp http) {
        this.http = http;
    }

    /** @param before what absent fields keep; null for a new or replaced provider */
    ProviderSettings settings(ProviderName name, ProviderFields fields, @Nullable ProviderSettings before) {
        ObjectNode metadata = fields.metadata(before == null ? null : before.metadata());
        var settings = new ProviderSettings(
                name,
                before == null ? UUID.randomUUID() : before.id(),
                fields.required("client_id", before == null ? null : before.clientId()),
                fields.text("client_secret", before == null ? null : before.clientSecret()),
                fields.redirectUris(before == null ? null : before.redirectUris()),
                fields.scopes(before == null ? null : before.scopes()),
                fields.endpoint("authorization_url", before == null ? null : before.authorizationUrl(), http),
                fields.endpoint("token_url", before == null ? null : before.tokenUrl(), http),
                fields.endpoint("userinfo_url", before == null ? null : before.userinfoUrl(), http),
                fields.endpoint("issuer", before == null ? null : before.issuer(), http),
                metadata,
                fields.flag("enabled", before == null || before.enabled()),
                before == null ? Instant.now() : before.createdAt(),
                Instant.now());
        check(settings);
        return settings;
    }

    private static void check(ProviderSettings settings) {
        switch (settings.dialect()) {
            case CUSTOM -> checkCustom(settings);
            case APPLE -> checkApple(settings);
            case MICROSOFT -> {
                String tenant = settings.metadata("tenant");
                if (tenant != null && !TENANT.matcher(tenant).matches()) {
                    throw ProviderFields.invalid("provider_metadata", "tenant must be a directory's name or id");
                }
            }
            default -> {}
        }
        if (settings.dialect() != Dialect.CUSTOM && hasEndpoints(settings)) {
            // Else whoever may configure an app could have users of a well-known name sign in anywhere.
            throw ProviderFields.invalid("provider", "The endpoints of " + settings.provider() + " are fixed");
        }
        String secret = settings.clientSecret();
        if (settings.dialect() != Dialect.APPLE && (secret == null || secret.isBlank())) {
            throw ProviderFields.invalid("client_secret", "Required");
        }
    }

    private static boolean hasEndpoints(ProviderSettings settings) {
        return settings.authorizationUrl() != null
                || settings.tokenUrl() != null
                || settings.userinfoUrl() != null
                || settings.issuer() != null;
    }

    private static void checkCustom(ProviderSettings settings) {
        boolean complete =
                settings.authorizationUrl() != null && settings.tokenUrl() != null && settings.userinfoUrl() != null;
        if (settings.issuer() == null && !complete) {
            throw ProviderFields.invalid(
                    "provider", "A custom provider needs issuer, or authorization_url, token_url and userinfo_url");
        }
    }

    private static void checkApple(ProviderSettings settings) {
        for (String name : List.of("teamId", "keyId", "privateKey")) {
            if (settings.metadata(name) == null) {
                throw ProviderFields.invalid("provider_metadata", "Apple needs teamId, keyId and privateKey");
            }
        }
        if (AppleClientSecret.privateKey(settings).isEmpty()) {
            throw ProviderFields.invalid(
                    "provider_metadata", "privateKey must be a P-256 key in PKCS #8, as in a .p8 file");
        }
    }
}

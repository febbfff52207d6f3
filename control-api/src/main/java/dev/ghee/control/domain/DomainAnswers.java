package dev.ghee.control.domain;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.HostName;
import dev.ghee.control.domain.CustomDomain.Method;
import dev.ghee.control.domain.CustomDomain.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Claims to names as clients see them. */
final class DomainAnswers {
    /** Encrypted connections end in front of the installation, so their certificates are not known here. */
    private static final String ELSEWHERE = "external";

    private DomainAnswers() {}

    record Domain(
            UUID id,
            @JsonProperty("app_id") AppId appId,
            String hostname,
            String status,
            @JsonProperty("ssl_status") String sslStatus,
            @JsonProperty("domain_type") String domainType,
            @JsonProperty("is_primary") boolean primary,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("updated_at") Instant updatedAt) {
        static Domain of(CustomDomain domain) {
            return new Domain(
                    domain.id(),
                    domain.appId(),
                    domain.hostname(),
                    domain.status().wireName(),
                    ELSEWHERE,
                    "custom",
                    domain.primary(),
                    domain.createdAt(),
                    domain.updatedAt());
        }
    }

    /** What to publish: a TXT record; or a CNAME record, or else a file. */
    record Records(
            String status,
            @JsonProperty("txt_name") @Nullable String txtName,
            @JsonProperty("txt_value") @Nullable String txtValue,
            @JsonProperty("http_url") @Nullable String httpUrl,
            @JsonProperty("http_body") @Nullable String httpBody,
            String cname,
            @JsonProperty("cname_target") String cnameTarget) {
        static Records of(CustomDomain domain, HostName target) {
            boolean txt = domain.method() == Method.TXT;
            return new Records(
                    domain.status().wireName(),
                    txt ? domain.txtName() : null,
                    txt ? domain.txtValue() : null,
                    txt ? null : domain.httpUrl(),
                    txt ? null : domain.token(),
                    domain.hostname(),
                    target.value());
        }
    }

    record Ownership(String type, String name, String value) {
        static @Nullable Ownership of(CustomDomain domain) {
            return domain.method() == Method.TXT ? new Ownership("txt", domain.txtName(), domain.txtValue()) : null;
        }
    }

    record Added(
            Domain domain,
            @JsonProperty("cname_target") String cnameTarget,
            @JsonProperty("validation_method") String validationMethod,
            @JsonProperty("verification_records") List<Records> records,

            @JsonProperty("ownership_verification") @Nullable
            Ownership ownership,

            String instructions) {
        static Added of(CustomDomain domain, HostName target) {
            return new Added(
                    Domain.of(domain),
                    target.value(),
                    domain.method().wireName(),
                    List.of(Records.of(domain, target)),
                    Ownership.of(domain),
                    nextStep(domain, target));
        }
    }

    record Listed(
            List<Domain> domains,
            @JsonProperty("cname_target") String cnameTarget) {}

    record Verification(String type, String value, List<String> errors) {}

    record Checked(Domain domain, Verification verification, String instructions) {
        static Checked of(CustomDomain domain, HostName target) {
            String value = domain.method() == Method.TXT ? domain.txtValue() : domain.token();
            String error = domain.error();
            return new Checked(
                    Domain.of(domain),
                    new Verification(domain.method().wireName(), value, error == null ? List.of() : List.of(error)),
                    nextStep(domain, target));
        }
    }

    record Deleted(boolean deleted) {}

    private static String nextStep(CustomDomain domain, HostName target) {
        String lead = "Point " + domain.hostname() + " to " + target + " with a CNAME record";
        String prove = domain.method() == Method.TXT
                ? "Add a TXT record " + domain.txtName() + " with the value " + domain.txtValue() + ", and keep it. "
                        + lead + "."
                : lead + ". For a name that cannot have a CNAME record, use validation_method txt; or serve the text "
                        + domain.token() + " at " + domain.httpUrl() + " until the domain is active.";
        return domain.status() == Status.ACTIVE ? "The domain is active. Keep its records." : prove;
    }
}

package dev.ghee.control.domain;

import dev.ghee.contracts.HostName;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Looks whether whoever controls a name wants it to be the claiming app's. What proves that is different for each claim:
 * a name that merely leads to this installation proves nothing, or the first to claim a forgotten one would get it.
 */
@ApplicationScoped
class OwnershipProof {
    private final PublicRecords records;

    OwnershipProof(PublicRecords records) {
        this.records = records;
    }

    /**
     * Empty when it is proved; else why not, in words for the app's developers.
     *
     * @param target the app's own host, which the name may be an alias of
     */
    Optional<String> missing(CustomDomain domain, HostName target) {
        try {
            return switch (domain.method()) {
                case TXT -> missingText(domain);
                case HTTP -> isAlias(domain, target) ? Optional.empty() : missingPage(domain);
            };
        } catch (PublicRecords.UnansweredException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> missingText(CustomDomain domain) throws PublicRecords.UnansweredException {
        boolean found = records.texts(domain.txtName()).stream().anyMatch(text -> same(text, domain.txtValue()));
        return found ? Optional.empty() : Optional.of("No TXT record of " + domain.txtName() + " has the value");
    }

    private boolean isAlias(CustomDomain domain, HostName target) throws PublicRecords.UnansweredException {
        return records.alias(domain.hostname())
                .map(HostName::ofHeader)
                .filter(target::equals)
                .isPresent();
    }

    private Optional<String> missingPage(CustomDomain domain) throws PublicRecords.UnansweredException {
        boolean found = records.page(URI.create(domain.httpUrl()))
                .filter(page -> same(page.strip(), domain.token()))
                .isPresent();
        return found
                ? Optional.empty()
                : Optional.of("The name is no alias of the app's host, and " + domain.httpUrl()
                        + " does not answer with the expected text");
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.ghee.control.domain;

import com.google.common.net.InternetDomainName;
import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.HostName;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.net.IDN;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A name that an app may ask for: one that somebody can own on the public internet, in its ASCII form. Whether they do
 * own it is another question.
 */
record CustomHostname(HostName name) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    /** Public suffixes that nobody registers names under as a site. */
    private static final List<HostName> INFRASTRUCTURE = List.of(new HostName("arpa"), new HostName("onion"));

    /** Letters that older and newer rules turn into different names: whoever means one spells it in ASCII. */
    private static final Pattern AMBIGUOUS = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    /**
     * Fails with 400 {@code DOMAIN_HOSTNAME_REFUSED}, telling why.
     *
     * @param base parent of the apps' own hosts: nobody's but the installation's
     */
    static CustomHostname parse(String text, HostName base, ApiHosts api) {
        HostName name = HostName.ofHeader(ascii(text.strip()));
        if (name == null || text.contains(":") || !hasPlainLabels(name)) {
            throw refused("That is not the name of a host, such as www.example.com");
        }
        if (api.contains(name) || name.isWithin(base) || base.isWithin(name)) {
            throw refused("That name belongs to this installation, or is an address");
        }
        if (!canBeOwned(name)) {
            throw refused("Nobody can own that name: it has to lie below a public suffix such as com or co.uk");
        }
        return new CustomHostname(name);
    }

    private static String ascii(String text) {
        if (AMBIGUOUS.matcher(text).find() || text.length() > 253) {
            throw refused("Write that name in its ASCII form, which begins with xn--");
        }
        try {
            return IDN.toASCII(text);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("That is not the name of a host, such as www.example.com");
        }
    }

    private static boolean hasPlainLabels(HostName name) {
        return Arrays.stream(name.value().split("\\.", -1))
                .allMatch(label -> LABEL.matcher(label).matches());
    }

    private static boolean canBeOwned(HostName name) {
        return InternetDomainName.isValid(name.value())
                && InternetDomainName.from(name.value()).isUnderPublicSuffix()
                && INFRASTRUCTURE.stream().noneMatch(name::isWithin);
    }

    private static GheeException refused(String message) {
        return new GheeException(ErrorCode.DOMAIN_HOSTNAME_REFUSED, message);
    }
}

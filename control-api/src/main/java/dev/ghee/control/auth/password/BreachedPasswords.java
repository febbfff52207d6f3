package dev.ghee.control.auth.password;

import dev.ghee.outbound.OutboundException;
import dev.ghee.outbound.OutboundHttp;
import dev.ghee.outbound.OutboundRequest;
import dev.ghee.outbound.OutboundResponse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Asks a service outside whether a password is in a known breach. The service learns five of the forty digits of its
 * SHA-1, which millions of passwords share. Waits: call from a virtual thread.
 */
@ApplicationScoped
class BreachedPasswords {
    private static final Logger LOG = Logger.getLogger(BreachedPasswords.class);
    private static final int PREFIX = 5;

    private final OutboundHttp outbound;
    private final Provider<String> url;
    private final Counter unanswered;

    BreachedPasswords(
            OutboundHttp outbound,
            MeterRegistry metrics,
            @ConfigProperty(
                            name = "ghee.end-user-auth.password.breaches-url",
                            defaultValue = "https://api.pwnedpasswords.com/range/")
                    Provider<String> url) {
        this.outbound = outbound;
        this.url = url;
        this.unanswered = metrics.counter("ghee.auth.breaches.unanswered");
    }

    /** False also when the service does not answer: its outage must not keep people out. Logged and counted then. */
    boolean contain(String password) {
        String sha1 = sha1(password);
        try {
            var request = OutboundRequest.get(URI.create(url.get() + sha1.substring(0, PREFIX)))
                    .header("Add-Padding", "true");
            OutboundResponse answer = outbound.send(request);
            if (answer.ok()) {
                return lists(answer.text(), sha1.substring(PREFIX));
            }
            LOG.warnf("Breached passwords not checked: status=%d", answer.status());
        } catch (OutboundException e) {
            LOG.warnf("Breached passwords not checked: cause=%s", e.getMessage());
        }
        unanswered.increment();
        return false;
    }

    /** Lines of {@code suffix:count}; padding has a count of 0. */
    private static boolean lists(String answer, String suffix) {
        return answer.lines()
                .map(String::strip)
                .anyMatch(line -> line.regionMatches(true, 0, suffix + ":", 0, suffix.length() + 1)
                        && !line.substring(suffix.length() + 1).strip().equals("0"));
    }

    private static String sha1(String password) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-1", e);
        }
    }
}

package dev.ghee.control.domain;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import io.vertx.core.dns.DnsResponseCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions to the configured name server, or else the system's. Waits. */
@ApplicationScoped
class NameServers {
    private static final int DNS_PORT = 53;

    private final DnsClient dns;
    private final long deadlineMillis;

    NameServers(Vertx vertx, DomainConfig config) {
        var options = new DnsClientOptions()
                .setQueryTimeout(config.dnsTimeout().toMillis())
                .setRecursionDesired(true);
        config.dnsServer().filter(server -> !server.isBlank()).ifPresent(server -> {
            int colon = server.lastIndexOf(':');
            options.setHost(colon < 0 ? server : server.substring(0, colon));
            options.setPort(colon < 0 ? DNS_PORT : Integer.parseInt(server.substring(colon + 1)));
        });
        this.dns = vertx.createDnsClient(options);
        // The client keeps to the timeout itself; this is for what goes wrong around it.
        this.deadlineMillis = config.dnsTimeout().toMillis() + 1_000;
    }

    List<String> texts(String name) throws PublicRecords.UnansweredException {
        return answer(dns.resolveTXT(name));
    }

    Optional<String> alias(String name) throws PublicRecords.UnansweredException {
        return answer(dns.resolveCNAME(name)).stream().findFirst();
    }

    private List<String> answer(Future<List<String>> question) throws PublicRecords.UnansweredException {
        try {
            List<String> found =
                    question.toCompletionStage().toCompletableFuture().get(deadlineMillis, TimeUnit.MILLISECONDS);
            return found == null ? List.of() : found;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DnsException dnsFailure && dnsFailure.code() == DnsResponseCode.NXDOMAIN) {
                return List.of();
            }
            throw new PublicRecords.UnansweredException("The name servers did not answer", e);
        } catch (TimeoutException e) {
            throw new PublicRecords.UnansweredException("The name servers did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublicRecords.UnansweredException("The check was broken off", e);
        }
    }
}

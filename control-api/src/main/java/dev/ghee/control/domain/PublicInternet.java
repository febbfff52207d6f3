package dev.ghee.control.domain;

import dev.ghee.outbound.OutboundException;
import dev.ghee.outbound.OutboundHttp;
import dev.ghee.outbound.OutboundRequest;
import dev.ghee.outbound.OutboundResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Asks name servers, and web servers at public addresses alone. */
@ApplicationScoped
class PublicInternet implements PublicRecords {
    private final NameServers names;
    private final OutboundHttp http;

    PublicInternet(NameServers names, OutboundHttp http) {
        this.names = names;
        this.http = http;
    }

    @Override
    public List<String> texts(String name) throws UnansweredException {
        return names.texts(name);
    }

    @Override
    public Optional<String> alias(String name) throws UnansweredException {
        return names.alias(name);
    }

    @Override
    public Optional<String> page(URI url) throws UnansweredException {
        try {
            OutboundResponse answer = http.sendPlain(OutboundRequest.get(url));
            return answer.ok() ? Optional.of(answer.text()) : Optional.empty();
        } catch (OutboundException e) {
            throw new UnansweredException(
                    switch (e.reason()) {
                        case REFUSED_ADDRESS -> "The name has no public address";
                        case UNKNOWN_HOST -> "The name has no address";
                        case TIMED_OUT -> "The web server did not answer in time";
                        case TOO_LARGE -> "The file is too large";
                        case TOO_MANY_REDIRECTS -> "The web server redirects too often";
                        case INVALID_URL, UNREACHABLE -> "The web server cannot be reached";
                    },
                    e);
        }
    }
}

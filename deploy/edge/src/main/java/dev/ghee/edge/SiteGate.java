package dev.ghee.edge;

import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.HostName;
import dev.ghee.edge.forward.Forwarding;
import io.vertx.core.http.HttpServerRequest;

/** Tells by its host whether a request is for the API or for an app's own site. */
final class SiteGate {
    private final ApiHosts api;
    private final Forwarding forwarding;

    SiteGate(ApiHosts api, Forwarding forwarding) {
        this.api = api;
        this.forwarding = forwarding;
    }

    /** Who a request is for. */
    enum Addressee {
        API,
        SITE,
        /** The host that a trusted proxy tells is none. */
        NOBODY
    }

    /** The services decide on the same host: the one that they are told in {@code X-Forwarded-Host}. */
    Addressee of(HttpServerRequest request) {
        String header = forwarding.host(request);
        if (header == null) {
            // HTTP/1.0, or refused already.
            return Addressee.API;
        }
        HostName host = HostName.ofHeader(header);
        if (host == null) {
            return Addressee.NOBODY;
        }
        return api.contains(host) ? Addressee.API : Addressee.SITE;
    }
}

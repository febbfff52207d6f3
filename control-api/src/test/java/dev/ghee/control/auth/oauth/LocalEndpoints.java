package dev.ghee.control.auth.oauth;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Locale;

/**
 * Takes the place of the published endpoints in tests: every provider that we know by name is at
 * {@code <base>/<provider>/…} of a scripted one.
 */
@ApplicationScoped
public class LocalEndpoints implements BuiltInEndpoints {
    private static volatile String base = "http://127.0.0.1:1";

    /** @param newBase without a slash at its end */
    public static void at(String newBase) {
        base = newBase;
    }

    @Override
    public Endpoints of(Dialect dialect, String tenant) {
        Endpoints real = new PublishedEndpoints().of(dialect, tenant);
        String name = base + "/" + dialect.name().toLowerCase(Locale.ROOT);
        return new Endpoints(
                URI.create(name + "/authorize"),
                URI.create(name + "/token"),
                real.userinfo() == null ? null : URI.create(name + "/me"),
                real.issuer(),
                real.keys() == null ? null : URI.create(name + "/keys"),
                real.traits());
    }
}

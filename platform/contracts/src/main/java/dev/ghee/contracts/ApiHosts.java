package dev.ghee.contracts;

import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The names under which an installation's API is reached. Whatever other name a request is for is a site's. The API's
 * names come first: a site can never have one of them.
 *
 * @param names besides those that no site can have at all, such as {@code localhost} and every address
 */
public record ApiHosts(Set<HostName> names) {
    public ApiHosts {
        names = Set.copyOf(names);
    }

    /** Fails with {@link IllegalArgumentException} naming the one that is no name of a host. */
    public static ApiHosts of(String publicUrl, Collection<String> more) {
        var names = new HashSet<HostName>();
        names.add(parse(Objects.requireNonNullElse(URI.create(publicUrl).getHost(), "")));
        more.stream().filter(name -> !name.isBlank()).map(ApiHosts::parse).forEach(names::add);
        return new ApiHosts(names);
    }

    /** Fails with {@link IllegalArgumentException} when one is no name of a host. */
    public static ApiHosts of(Collection<String> names) {
        var parsed = new HashSet<HostName>();
        names.stream().map(ApiHosts::parse).forEach(parsed::add);
        return new ApiHosts(parsed);
    }

    private static HostName parse(String text) {
        HostName name = HostName.ofHeader(text.strip());
        if (name == null) {
            throw new IllegalArgumentException("Not the name of a host: " + text);
        }
        return name;
    }

    public boolean contains(HostName host) {
        return names.contains(host) || !host.mayBeASites();
    }
}

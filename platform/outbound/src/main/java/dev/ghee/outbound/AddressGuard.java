package dev.ghee.outbound;

import dev.ghee.outbound.OutboundException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides to which address a connection goes. A name is looked up once, and the connection goes to the very address
 * that was checked: a name that changes its answer in between (DNS rebinding) gains nothing.
 */
final class AddressGuard {
    private final HostResolver resolver;
    private final PublicAddresses allowed;
    private final Set<String> trusted;

    AddressGuard(HostResolver resolver, PublicAddresses allowed, List<String> trustedHosts) {
        this.resolver = resolver;
        this.allowed = allowed;
        this.trusted = trustedHosts.stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    Set<String> trusted() {
        return trusted;
    }

    /** The address to connect to. Blocks for as long as the resolver does. */
    InetAddress admit(Target target) throws OutboundException {
        InetAddress[] addresses;
        try {
            addresses = resolver.resolve(target.host());
        } catch (UnknownHostException e) {
            throw new OutboundException(Reason.UNKNOWN_HOST, "no address of " + target.host(), e);
        }
        boolean any = target.isTrusted(trusted);
        return Arrays.stream(addresses)
                .filter(address -> any || allowed.contains(address))
                .findFirst()
                .orElseThrow(() -> new OutboundException(
                        Reason.REFUSED_ADDRESS, target.host() + " has no public address: " + Arrays.asList(addresses)));
    }
}

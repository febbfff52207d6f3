package dev.ghee.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses belong to the public internet. Of IPv6 only what is handed out as global unicast; what carries an
 * IPv4 address inside (6to4, Teredo, NAT64, IPv4-mapped, ISATAP) is refused, since a gateway on the way might unpack
 * it. Source: the special-purpose registries of IANA, RFC 6890 and successors.
 */
final class PublicAddresses {
    private static final List<Network> SPECIAL_IPV4 = networks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8",
            "100.64.0.0/10", // shared by carriers; cloud providers keep services there
            "127.0.0.0/8",
            "169.254.0.0/16", // link-local, with the metadata services of clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");
    private static final List<Network> GLOBAL_IPV6 = networks("2000::/3");
    private static final List<Network> SPECIAL_IPV6 = networks(
            "2001::/23", // Teredo, benchmarking, ORCHID and others
            "2001:db8::/32",
            "2002::/16", // 6to4
            "2620:4f:8000::/48",
            "3fff::/20");
    private static final byte[] ISATAP = {0, 0, 0x5e, (byte) 0xfe};

    private final List<Network> alsoRefused;

    /** @param alsoRefused networks of this installation that look public, such as a cluster's own */
    PublicAddresses(List<Network> alsoRefused) {
        this.alsoRefused = List.copyOf(alsoRefused);
    }

    boolean contains(InetAddress address) {
        if (within(alsoRefused, address)) {
            return false;
        }
        if (address instanceof Inet4Address) {
            return !within(SPECIAL_IPV4, address);
        }
        return within(GLOBAL_IPV6, address)
                && !within(SPECIAL_IPV6, address)
                && !hidesPrivateIpv4(address.getAddress());
    }

    /** ISATAP: the host part is {@code [02]00:5efe} and an IPv4 address to which routers of that scheme tunnel. */
    private boolean hidesPrivateIpv4(byte[] address) {
        byte[] marker = Arrays.copyOfRange(address, 8, 12);
        marker[0] &= ~0x02;
        if (!Arrays.equals(marker, ISATAP)) {
            return false;
        }
        try {
            return !contains(InetAddress.getByAddress(Arrays.copyOfRange(address, 12, 16)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an IPv4 address", e);
        }
    }

    private static boolean within(List<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<Network> networks(String... blocks) {
        return Arrays.stream(blocks).map(Network::parse).toList();
    }
}

package dev.ghee.control.auth.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** What one customer of a network usually holds: an IPv4 address, or an IPv6 /64. */
public final class AddressBlock {
    private static final int IPV6_NETWORK_BYTES = 8;

    private AddressBlock() {}

    /** Text that is the same for all addresses of a block. Text that is no address literal stays as it is. */
    public static String of(String address) {
        String literal =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        if (literal.indexOf(':') < 0) {
            return literal;
        }
        try {
            // Maps ::ffff:a.b.c.d to its IPv4 address.
            InetAddress parsed = InetAddress.ofLiteral(literal);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), IPV6_NETWORK_BYTES))
                    : parsed.getHostAddress();
        } catch (IllegalArgumentException e) {
            return literal;
        }
    }
}

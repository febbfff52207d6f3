package dev.ghee.outbound;

import java.net.InetAddress;

/**
 * A block of addresses in CIDR notation, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
 *
 * @param prefixLength bits that all addresses of the block have in common
 */
record Network(InetAddress start, int prefixLength) {
    /** Throws {@link IllegalArgumentException} when the text is no block. */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("Not a network: " + text);
        }
        InetAddress start = InetAddress.ofLiteral(text.substring(0, slash));
        int length = Integer.parseInt(text.substring(slash + 1));
        if (length < 0 || length > start.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("Not a network: " + text);
        }
        return new Network(start, length);
    }

    boolean contains(InetAddress address) {
        byte[] mine = start.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if ((mine[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }
}

package dev.ghee.functions.engine;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which addresses code in workerd may connect to: the public internet, as far as an operator does not say otherwise.
 * workerd resolves names, judges each address, and connects to the very address it judged.
 */
public final class OutboundNetwork {
    /**
     * Blocks that workerd takes for public and that are not, or that carry another address inside which a gateway on
     * the way might unpack. Source: the special-purpose registries of IANA, RFC 6890 and successors.
     */
    private static final List<String> NOT_PUBLIC = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
            "4000::/2",
            "8000::/1");

    private OutboundNetwork() {}

    /**
     * As a value of workerd's {@code network}. Throws {@link IllegalArgumentException} for what is no CIDR block.
     *
     * @param allowed blocks that may be reached although they are not public; the most specific block decides
     * @param refused blocks that may not be reached although they are public
     */
    public static String config(List<String> allowed, List<String> refused) {
        List<String> allow = new ArrayList<>(List.of("public"));
        allowed.forEach(block -> allow.add(checked(block)));
        List<String> deny = new ArrayList<>(NOT_PUBLIC);
        refused.forEach(block -> deny.add(checked(block)));
        return "(allow = [" + quoted(allow) + "], deny = [" + quoted(deny)
                + "], tlsOptions = (trustBrowserCas = true))";
    }

    private static String quoted(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(", "));
    }

    private static String checked(String block) {
        int slash = block.indexOf('/');
        try {
            int bits = slash < 0 ? -1 : Integer.parseInt(block.substring(slash + 1));
            if (bits >= 0
                    && bits
                            <= 8
                                    * InetAddress.ofLiteral(block.substring(0, slash))
                                            .getAddress()
                                            .length) {
                return block;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "ghee.functions networks are CIDR blocks such as 10.0.0.0/8, but got: " + block);
    }
}

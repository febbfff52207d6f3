package dev.ghee.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Names to addresses. May block. */
@FunctionalInterface
interface HostResolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
}

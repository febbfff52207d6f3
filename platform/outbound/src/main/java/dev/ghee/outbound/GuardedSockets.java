package dev.ghee.outbound;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.SocketFactory;

/**
 * TCP to addresses that customers choose, for protocols other than HTTP, such as SMTP. Its sockets connect to public
 * addresses and trusted hosts only. The address is checked at the moment of connecting, and is the one connected to.
 */
@ApplicationScoped
public class GuardedSockets extends SocketFactory {
    private final PublicAddresses allowed;
    private final Set<String> trusted;

    @Inject
    public GuardedSockets(OutboundConfig config) {
        this(
                new PublicAddresses(config.refusedNetworks().orElse(List.of()).stream()
                        .map(Network::parse)
                        .toList()),
                config.trustedHosts().orElse(List.of()));
    }

    private GuardedSockets(PublicAddresses allowed, Collection<String> trusted) {
        this.allowed = allowed;
        this.trusted = trusted.stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The same for callers who trust other hosts, {@code name} or {@code name:port}, and these only. */
    public GuardedSockets trusting(Collection<String> hosts) {
        return new GuardedSockets(allowed, hosts);
    }

    /** Not connected yet. Connecting fails with {@link RefusedAddressException}. */
    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    /** The local address is ours to choose. */
    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    /** The local address is ours to choose. */
    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private boolean admits(InetSocketAddress address) {
        String host = address.getHostString().toLowerCase(Locale.ROOT);
        return trusted.contains(host)
                || trusted.contains(host + ":" + address.getPort())
                || allowed.contains(address.getAddress());
    }

    private final class Guarded extends Socket {
        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress address) || address.isUnresolved()) {
                throw new UnknownHostException("no address");
            }
            if (!admits(address)) {
                throw new RefusedAddressException();
            }
            super.connect(address, timeout);
        }
    }
}

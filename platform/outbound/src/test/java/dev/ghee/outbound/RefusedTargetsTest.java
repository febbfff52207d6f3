package dev.ghee.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ghee.outbound.OutboundException.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 28: what an outbound call never reaches. */
class RefusedTargetsTest {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        VERTX.close();
    }

    private static final PublicAddresses PUBLIC = new PublicAddresses(List.of(Network.parse("8.8.4.0/24")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.255.255.254/",
                "https://127.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://localhost/",
                "https://LOCALHOST:443/",
                "https://localhost./",
                "https://0.0.0.0/",
                "https://0/",
                "https://10.0.0.1/",
                "https://10.255.255.255/",
                "https://172.16.0.1/",
                "https://172.31.255.254/",
                "https://192.168.0.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/",
                "https://100.100.100.200/latest/meta-data",
                "https://192.0.0.192/opc/v1",
                "https://192.0.2.1/",
                "https://198.18.0.1/",
                "https://198.51.100.7/",
                "https://203.0.113.9/",
                "https://224.0.0.1/",
                "https://239.255.255.250/",
                "https://240.0.0.1/",
                "https://255.255.255.255/",
                "https://192.88.99.1/",
                "https://8.8.4.4/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[::127.0.0.1]/",
                "https://[::ffff:0:127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[64:ff9b:1::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[2002:a9fe:a9fe::1]/",
                "https://[2001:0:7f00:1::]/",
                "https://[2001:db8::1]/",
                "https://[fe80::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/latest/meta-data",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://[100::1]/",
                "https://[2606:4700::200:5efe:10.0.0.1]/",
                "https://[2606:4700::5efe:7f00:1]/",
                "https://[3fff::1]/",
                "http://example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:6379/_INFO",
                "https://user@127.0.0.1/",
                "https://example.com@127.0.0.1/",
                "https://example.com:0/",
                "https:///path",
                "//example.com/",
                "https:example.com",
                "unix:/var/run/docker.sock"
            })
    void areRefused(String url) {
        var http =
                new OutboundHttp(VERTX, new TestConfig(List.of()), InetAddress::getAllByName, new HttpClientOptions());
        OutboundException refused =
                catchThrowableOfType(OutboundException.class, () -> http.send(OutboundRequest.get(URI.create(url))));

        // Not every machine's resolver knows "localhost" with a dot.
        assertThat(refused.reason())
                .isIn(
                        url.contains("localhost.")
                                ? List.of(Reason.REFUSED_ADDRESS, Reason.UNKNOWN_HOST)
                                : List.of(Reason.INVALID_URL, Reason.REFUSED_ADDRESS));
    }

    /** The literals above must be refused for their address, not because they could not be read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000000000000000ffff7f000001",
                "00000000000000000000ffffa9fea9fe",
                "0064ff9b00000000000000007f000001",
                "20027f00000100000000000000000000",
                "260647000000000002005efe0a000001",
                "fe800000000000000000000000000001",
                "a9fea9fe",
                "64400001"
            })
    void areNotPublic(String bytes) throws UnknownHostException {
        assertThat(PUBLIC.contains(InetAddress.getByAddress(HexFormat.of().parseHex(bytes))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "169.253.1.1",
                "192.167.1.1",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001:80b::200e",
                "2001:4860:4860::8888",
                "2606:4700::5efe:8.8.8.8"
            })
    void theInternetIsPublic(String address) {
        assertThat(PUBLIC.contains(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void namesAreJudgedByWhatTheyLeadTo() throws Exception {
        HostResolver mixed =
                host -> new InetAddress[] {InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("8.8.8.8")};
        var guard = new AddressGuard(mixed, PUBLIC, List.of());

        InetAddress admitted = guard.admit(Target.of(URI.create("https://mixed.example/"), guard.trusted()));

        assertThat(admitted.getHostAddress()).isEqualTo("8.8.8.8");
    }
}

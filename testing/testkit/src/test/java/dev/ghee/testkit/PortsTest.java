package dev.ghee.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void aNameKeepsItsPort() {
        Ports ports = new Ports(Map.of());
        int picked = ports.of("kafka");
        assertThat(new Ports(ports.asMap()).freeOf("kafka")).isEqualTo(picked);
    }

    @Test
    void differentNamesGetDifferentPorts() {
        Ports ports = new Ports(Map.of());
        assertThat(ports.of("kafka")).isNotEqualTo(ports.of("s3"));
    }

    @Test
    void givesUpAPortThatSomebodyTook() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = new Ports(Map.of("kafka", taken.getLocalPort()));
            assertThat(ports.freeOf("kafka")).isNotEqualTo(taken.getLocalPort());
        }
    }
}

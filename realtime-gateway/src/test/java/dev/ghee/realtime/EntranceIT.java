package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Case 14: those who hang up while they wait to be taken in keep nobody else out. */
@QuarkusTest
@WithTestResource(StackResource.class)
class EntranceIT extends AppIT {
    private static final int HANGING_UP = 300;

    @Test
    void manyWhoHangUpOnTheirWayInKeepNobodyOut() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        byte[] upgrade = ("GET /v1/" + app.id + "/realtime?token=" + app.token("ada")
                        + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < HANGING_UP; i++) {
            var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
            socket.setSoLinger(true, 0);
            sockets.add(socket);
            socket.getOutputStream().write(upgrade);
        }
        for (Socket socket : sockets) {
            socket.close();
        }

        try (SocketClient client = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            assertThat(client.awaitChanges(1)).extracting(AppIT::id).containsExactly(1);
        }
    }
}

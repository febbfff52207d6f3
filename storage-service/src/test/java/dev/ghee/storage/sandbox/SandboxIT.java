package dev.ghee.storage.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ghee.outbound.GuardedSockets;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Strangers' programs on this very machine. */
class SandboxIT {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    /** Tells the processes of this test from all others on the machine. */
    private final String mark = "6" + ThreadLocalRandom.current().nextInt(100_000, 999_999);

    private static Path parent = Path.of("/nowhere");
    private static Limits limits = Limits.in(parent);
    private static @Nullable Sandboxes shared;

    @BeforeAll
    static void prepare() throws Exception {
        // Short, as sockets are in it.
        parent = Files.createTempDirectory("gs");
        limits = Limits.in(parent);
        shared = new Sandboxes(limits, new GuardedSockets(new NoOutbound()));
    }

    @AfterAll
    static void deleteDirectory() {
        JobDirectory.delete(parent);
    }

    private JobEnd run(Limits wanted, String script) throws Exception {
        return run(wanted, script, Map.of());
    }

    private JobEnd run(Limits wanted, String script, Map<String, String> environment) throws Exception {
        Sandboxes sandboxes = wanted.equals(limits) && shared != null
                ? shared
                : new Sandboxes(wanted, new GuardedSockets(new NoOutbound()));
        try (JobDirectory directory = sandboxes.open()) {
            return sandboxes
                    .start(directory, script, environment, lines::add)
                    .end()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private boolean anyProcess() {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains("sleep " + mark));
    }

    @Test
    void tellsTheLinesOfAScriptAndHowItEnded() throws Exception {
        JobEnd end = run(limits, "echo one; printf 'tw\\0o\\r\\nthree'; exit 3");

        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(end).isEqualTo(new JobEnd(3, null));
    }

    @Test
    void cutsALineThatHasNoEnd() throws Exception {
        run(limits, "head -c 10000 /dev/zero | tr '\\0' x");

        assertThat(lines).hasSize(3).allMatch(line -> line.length() <= OutputLines.MAX_LINE_BYTES);
    }

    @Test
    void givesVariablesAsTheyAreAndKeepsWhatItNeedsItself() throws Exception {
        run(
                limits,
                "printf '%s|' \"$GREETING\" \"$HOME\"",
                Map.of("GREETING", "it's $HOME `id` \"now\"\nand then", "HOME", "/elsewhere"));

        assertThat(lines).containsExactly("it's $HOME `id` \"now\"", "and then|/work/home|");
    }

    @Test
    void showsNoFileProcessOrVariableOfTheService() throws Exception {
        Files.writeString(parent.resolve("secret"), "of the service");

        run(limits, """
                ls -A /; echo --; ls -A /etc; echo --
                for p in /proc/[0-9]*; do readlink $p/exe || echo hidden; done | sort -u; echo --
                cat /proc/1/environ /proc/1/mem '%s' /etc/shadow 2>/dev/null || true
                ls /proc/1/root /proc/1/fd 2>/dev/null || true
                echo --; id -u; grep -E 'Cap(Prm|Eff|Bnd)|NoNewPrivs' /proc/self/status; env | cut -d= -f1 | sort
                """.formatted(parent.resolve("secret")));

        String all = String.join("\n", lines);
        String[] parts = all.split("--\n", -1);
        assertThat(parts[0].lines())
                .isSubsetOf(
                        "bin", "dev", "etc", "job", "lib", "lib32", "lib64", "proc", "run", "sbin", "tmp", "usr",
                        "work");
        assertThat(parts[1].lines())
                .isSubsetOf("alternatives", "group", "hosts", "ld.so.cache", "nsswitch.conf", "passwd", "pki", "ssl");
        assertThat(parts[2]).contains("hidden").doesNotContain("java");
        assertThat(parts[3]).isEmpty();
        assertThat(parts[4])
                .startsWith("1000\n")
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1")
                .doesNotContain("JAVA", "MAVEN", "SECRET", "KEY");
    }

    @Test
    void writesNothingOutsideItsOwnDirectory() throws Exception {
        run(
                limits,
                "for d in / /usr /usr/bin /etc /job /dev /proc/sys/kernel; do touch $d/x 2>/dev/null || echo no; done");

        assertThat(lines).hasSize(7).containsOnly("no");
    }

    @Test
    void getsNoRightsBack() throws Exception {
        JobEnd end = run(
                limits,
                "unshare -Ur true 2>/dev/null || echo no; mount -t tmpfs x /work 2>/dev/null || echo no;"
                        + " kill -9 1 2>/dev/null || true; echo alive");

        assertThat(lines).containsExactly("no", "no", "alive");
        assertThat(end.succeeded()).isTrue();
    }

    @Test
    void reachesTheRegistryButNoServerOfThisMachine() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            run(limits, """
                    cat > ask.js <<'END'
                    const net = require('node:net');
                    const ask = (port, text) => new Promise((done) => {
                      const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
                      socket.on('data', (data) => { done(data.toString().split('\\r')[0]); socket.destroy(); });
                      socket.on('error', (e) => done(e.code));
                    });
                    const connect = (to) => ask(3128, `CONNECT ${to} HTTP/1.1\\r\\n\\r\\n`);
                    (async () => {
                      console.log(await ask(%1$d, 'x'));
                      console.log(await connect('127.0.0.1:%1$d'));
                      console.log(await connect('127.0.0.1:443'));
                      console.log(await connect('169.254.169.254:443'));
                      console.log(await connect('[::ffff:127.0.0.1]:443'));
                      console.log(await ask(3128, 'GET http://127.0.0.1/ HTTP/1.1\\r\\n\\r\\n'));
                    })();
                    END
                    node ask.js
                    npm view left-pad version
                    """.formatted(server.getLocalPort()));
        }

        assertThat(lines)
                .containsExactly(
                        "ECONNREFUSED",
                        "HTTP/1.1 403 Only port 443",
                        "HTTP/1.1 403 No public address",
                        "HTTP/1.1 403 No public address",
                        "HTTP/1.1 403 No public address",
                        "HTTP/1.1 405 Only CONNECT",
                        "1.3.0");
    }

    @Test
    void leavesNoProcessBehindWhenItEnds() throws Exception {
        JobEnd end = run(limits, "setsid sh -c 'sleep " + mark + "' >/dev/null 2>&1 &\nsleep 0.2; echo done");

        assertThat(end.succeeded()).isTrue();
        await().untilAsserted(() -> assertThat(anyProcess()).isFalse());
    }

    @Test
    void endsAScriptThatNeverEndsWithAllThatItStarted() throws Exception {
        JobEnd end = run(
                limits.within(Duration.ofSeconds(1)),
                "trap '' TERM INT HUP; setsid sh -c 'sleep " + mark + "' & sleep " + mark);

        assertThat(end.reason()).isEqualTo(KillReason.TIME);
        await().untilAsserted(() -> assertThat(anyProcess()).isFalse());
    }

    @Test
    void containsAForkBomb() throws Exception {
        JobEnd end = run(limits.within(Duration.ofSeconds(2)), "bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 60");

        assertThat(end.succeeded()).isFalse();
        assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
    }

    @Test
    void endsAProgramThatTakesTooMuchMemory() throws Exception {
        JobEnd end = run(
                limits.withMemory(200L << 20),
                "node -e 'const all = []; setInterval(() => all.push(Buffer.alloc(8 << 20, 1)), 10)'");

        assertThat(end.reason()).isEqualTo(KillReason.MEMORY);
    }

    @Test
    void endsAProgramThatFillsTheDisk() throws Exception {
        JobEnd end =
                run(limits.withDisk(40L << 20), "head -c 20M /dev/zero > a; cp a b; cp a c; cp a /tmp/d; sleep 60");

        assertThat(end.reason()).isEqualTo(KillReason.DISK);
    }

    @Test
    void deletesWhatAProgramMadeHardToDelete() throws Exception {
        run(
                limits,
                "mkdir -p a/b; touch a/b/c; chmod 000 a/b a; ln -s / all; for i in $(seq 300); do mkdir"
                        + " aaaaaaaaaaaaaaaaaaaa; cd aaaaaaaaaaaaaaaaaaaa; done");

        try (var left = Files.walk(parent)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("job"));
        }
    }

    @Test
    void diesWithTheServiceAndLeavesItsFilesToTheNext() throws Exception {
        Path own = Files.createDirectory(parent.resolve("own"));
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SandboxMain.class.getName(),
                        own.toString(),
                        "setsid sh -c 'sleep " + mark + "' & echo running; sleep " + mark)
                .redirectErrorStream(true)
                .start();
        var printed = new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8));
        String line = printed.readLine();
        while (line != null && !line.equals("running")) {
            line = printed.readLine();
        }
        assertThat(line).isEqualTo("running");
        await().until(this::anyProcess);

        service.destroyForcibly().waitFor();

        await().untilAsserted(() -> assertThat(anyProcess()).isFalse());
        run(Limits.in(own), "true");
        try (var left = Files.list(own)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void isAsTightWhereTheServiceIsNotRoot() throws Exception {
        Machine ours = Machine.ours();
        assumeTrue(ours.privileged(), "every other test is about this");
        Path place = Files.createDirectory(parent.resolve("plain"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        JobEnd end;
        try (JobDirectory directory = JobDirectory.create(place, 0, () -> {})) {
            directory.write("""
                    id -u; cat /etc/shadow || echo no; unshare -Ur true || echo no; kill -9 1 || echo on
                    cat /proc/1/environ || echo no; ls -A /proc/1/root/tmp || echo no
                    """.replace(" || echo", " 2>/dev/null || echo"), Map.of("PATH", ours.path()));
            assertThat(new ProcessBuilder("chown", "-R", "65534:65534", place.toString())
                            .start()
                            .waitFor())
                    .isZero();
            List<String> command =
                    new ArrayList<>(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"));
            command.addAll(new Machine(false, ours.node(), ours.version(), ours.registry()).command(directory, limits));

            end = SandboxJob.start(command, directory, limits, lines::add).end().get(30, TimeUnit.SECONDS);
        }

        assertThat(lines).containsExactly("1000", "no", "no", "no", "no");
        assertThat(end.succeeded()).isTrue();
    }
}

package dev.ghee.functions.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server that answers each question with the next address, whatever the name, to be forgotten at once. */
final class ChangingNames implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.77";
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;
    private final List<String> answers;
    private final AtomicInteger asked = new AtomicInteger();

    private ChangingNames(DatagramSocket socket, List<String> answers) {
        this.socket = socket;
        this.answers = answers;
    }

    /** Whether this user may give a process another name server than the system's. */
    static boolean possible() throws IOException, InterruptedException {
        return "root".equals(System.getProperty("user.name"))
                && new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
    }

    static ChangingNames start(List<String> answers) throws IOException {
        var names = new ChangingNames(new DatagramSocket(new InetSocketAddress(ADDRESS, 53)), answers);
        Thread.ofPlatform().daemon().start(names::serve);
        return names;
    }

    int asked() {
        return asked.get();
    }

    /** A folder that looks like the installed workerd's, whose program sees only this name server. */
    Path workerdDirectory(Path directory, Path installed) throws IOException {
        Path resolver = Files.writeString(directory.resolve("resolv.conf"), "nameserver " + ADDRESS + "\n");
        Path hosts = Files.writeString(directory.resolve("nsswitch.conf"), "hosts: dns\n");
        Path binary = directory.resolve(installed.toAbsolutePath().relativize(WorkerdBinary.in(installed)));
        Files.createDirectories(binary.getParent());
        Files.writeString(binary, """
                #!/bin/sh
                exec unshare --mount sh -c 'mount --bind %s /etc/resolv.conf && mount --bind %s /etc/nsswitch.conf \
                && exec "$0" "$@"' %s "$@"
                """.formatted(resolver, hosts, WorkerdBinary.in(installed)));
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
        return directory;
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                var question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException _) {
                return;
            }
        }
    }

    private byte[] answer(byte[] question) throws IOException {
        int end = HEADER_BYTES;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        int type = question[end + 2];
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8180);
        out.writeShort(1);
        out.writeShort(type == TYPE_A ? 1 : 0);
        out.writeInt(0);
        out.write(question, HEADER_BYTES, end + 5 - HEADER_BYTES);
        if (type == TYPE_A) {
            String address = answers.get(asked.getAndIncrement() % answers.size());
            out.writeShort(0xC000 + HEADER_BYTES);
            out.writeShort(TYPE_A);
            out.writeShort(1);
            out.writeInt(0);
            out.writeShort(4);
            out.write(InetAddress.ofLiteral(address).getAddress());
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}

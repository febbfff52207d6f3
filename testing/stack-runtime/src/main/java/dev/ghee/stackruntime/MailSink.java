package dev.ghee.stackruntime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.subethamail.smtp.server.SMTPServer;

/**
 * An SMTP server that keeps every message instead of delivering it: one {@code .eml} file each, named so that
 * sorting by name sorts by arrival. A file appears whole, by a rename.
 */
public final class MailSink {
    private static final int MAX_MESSAGE_BYTES = 10 * 1024 * 1024;
    private static final DateTimeFormatter ARRIVAL = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSS");

    private final Path directory;
    private final AtomicLong sequence = new AtomicLong();

    private MailSink(Path directory) {
        this.directory = directory;
    }

    /** Arguments: port to bind on loopback, folder for the messages. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: MailSink <port> <directory>");
        }
        Path directory = Path.of(args[1]);
        MailSink sink = new MailSink(directory);
        SMTPServer.port(Integer.parseInt(args[0]))
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("localhost")
                .maxMessageSize(MAX_MESSAGE_BYTES)
                .messageHandler((context, from, to, data) -> sink.keep(data))
                .build()
                .start();
    }

    private void keep(byte[] message) {
        String name =
                "%s-%06d".formatted(ZonedDateTime.now(ZoneOffset.UTC).format(ARRIVAL), sequence.incrementAndGet());
        try {
            Files.createDirectories(directory);
            Path part = Files.write(directory.resolve(name + ".part"), message);
            Files.move(part, directory.resolve(name + ".eml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

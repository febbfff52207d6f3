package dev.ghee.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The SMTP sink: keeps each message as an {@code .eml} file. */
final class MailServer implements Component {
    private final StackHome home;
    private final int port;

    MailServer(StackHome home, int port) {
        this.home = home;
        this.port = port;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(home.mail());
    }

    @Override
    public List<String> command() {
        try {
            return JavaCommand.small(48)
                    .main(
                            Repository.runtimeClasses(name())
                                    + File.pathSeparator
                                    + JavaCommand.classPath(Repository.runtimeFile(name(), "lib")),
                            "dev.ghee.stackruntime.MailSink",
                            Integer.toString(port),
                            home.mail().toString());
        } catch (IOException e) {
            throw new StackException(name(), "cannot lay out its command", home.log(name()), e);
        }
    }

    @Override
    public Path workingDirectory() {
        return home.directory();
    }

    @Override
    public boolean healthy() {
        return Probe.answers(port, "QUIT\r\n", "220 ");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of(
                "url",
                "smtp://127.0.0.1:" + port,
                "host",
                "127.0.0.1",
                "port",
                Integer.toString(port),
                "directory",
                home.mail().toString());
    }
}

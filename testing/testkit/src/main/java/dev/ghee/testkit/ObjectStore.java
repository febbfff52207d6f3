package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** S3Proxy over a folder: an S3 endpoint that checks signatures, with one bucket made beforehand. */
final class ObjectStore implements Component {
    static final String BUCKET = "ghee";

    private final StackHome home;
    private final int port;
    private final Path data;
    private final String accessKey;
    private final String secretKey;

    ObjectStore(StackHome home, int port, Secrets secrets) {
        this.home = home;
        this.port = port;
        this.data = home.data(name());
        this.accessKey = secrets.s3AccessKey();
        this.secretKey = secrets.s3SecretKey();
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(data.resolve("buckets").resolve(BUCKET));
        StackHome.writePrivately(properties(), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                # Browsers of any app put and get with URLs that we signed; the signature is what lets them.
                s3proxy.cors-allow-origins=.*
                s3proxy.cors-allow-methods=GET HEAD PUT
                s3proxy.cors-allow-headers=Content-Type Range If-None-Match
                s3proxy.cors-exposed-headers=ETag Content-Range Accept-Ranges Content-Length
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(port, accessKey, secretKey, data.resolve("buckets")));
    }

    @Override
    public List<String> command() {
        try {
            return JavaCommand.small(160)
                    .option("-DLOG_LEVEL=warn")
                    .classArchive(home.classArchive(name(), Repository.runtimeFile(name(), "s3proxy.jar")))
                    .jar(
                            Repository.runtimeFile(name(), "s3proxy.jar"),
                            "--properties",
                            properties().toString());
        } catch (IOException e) {
            throw new StackException(name(), "cannot lay out its command", home.log(name()), e);
        }
    }

    private Path properties() {
        return data.resolve("s3proxy.properties");
    }

    @Override
    public Path workingDirectory() {
        return data;
    }

    @Override
    public boolean healthy() {
        return Probe.servesHttp(port, "/");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of(
                "url", "http://127.0.0.1:" + port, "bucket", BUCKET, "accessKey", accessKey, "secretKey", secretKey);
    }
}

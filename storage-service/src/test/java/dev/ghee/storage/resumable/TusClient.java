package dev.ghee.storage.resumable;

import dev.ghee.storage.TestApp;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Speaks tus as one user of an app. */
record TusClient(TestApp app, String credential) {

    RequestSpecification request() {
        return app.as(credential).header("Tus-Resumable", "1.0.0");
    }

    String path() {
        return app.storage("/uploads");
    }

    Response create(long size, String filename) {
        return request()
                .header("Upload-Length", size)
                .header("Upload-Metadata", metadata(Map.of("filename", filename, "filetype", "application/x-test")))
                .post(path());
    }

    /** Path of a new upload. */
    String created(long size, String filename) {
        Response created = create(size, filename);
        created.then().statusCode(201);
        return created.header("Location");
    }

    static String metadata(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + Base64.getEncoder().encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(","));
    }

    static UUID id(String upload) {
        return UUID.fromString(upload.substring(upload.lastIndexOf('/') + 1));
    }

    Response append(String upload, long offset, byte[] bytes) {
        return append(request(), upload, offset, bytes);
    }

    Response append(RequestSpecification request, String upload, long offset, byte[] bytes) {
        return request.header("Upload-Offset", offset)
                .contentType("application/offset+octet-stream")
                .body(bytes)
                .patch(upload);
    }

    Response head(String upload) {
        return request().head(upload);
    }

    long offset(String upload) {
        return Long.parseLong(head(upload).header("Upload-Offset"));
    }

    /** Begins a request that announces more than it sends, and leaves its connection open. */
    Socket begin(int port, String upload, long offset, long announced, byte[] sent) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        OutputStream out = socket.getOutputStream();
        out.write(("PATCH " + upload + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + credential
                        + "\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: " + offset
                        + "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " + announced
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(sent);
        out.flush();
        return socket;
    }
}

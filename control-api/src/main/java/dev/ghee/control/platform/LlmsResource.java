package dev.ghee.control.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** An index of what this installation can do, for people and programs who read text. Public. */
@Path("/llms.txt")
class LlmsResource {
    private final String text;

    LlmsResource(ControlConfig config) {
        this.text = read().replace("{base}", config.publicUrl());
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    public String index() {
        return text;
    }

    private static String read() {
        try (InputStream file = LlmsResource.class.getResourceAsStream("/llms.txt")) {
            if (file == null) {
                throw new IllegalStateException("llms.txt is not packaged");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

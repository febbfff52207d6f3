package dev.ghee.storage.resumable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes on their way to the object store, in a file that has no name any more: slow clients take room on disk, not in
 * memory, and a killed process leaves nothing behind.
 */
final class Spool implements Closeable {
    private final FileChannel file;
    private int bytes;

    Spool(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = Files.createTempFile(directory, "upload-", ".part");
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path);
    }

    int size() {
        return bytes;
    }

    void append(ByteBuffer piece) throws IOException {
        while (piece.hasRemaining()) {
            bytes += file.write(piece, bytes);
        }
    }

    byte[] content() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
            // Until it is whole.
        }
        return content.array();
    }

    void clear() throws IOException {
        bytes = 0;
        file.truncate(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

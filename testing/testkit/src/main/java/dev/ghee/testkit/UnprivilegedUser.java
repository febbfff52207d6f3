package dev.ghee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom Postgres runs as: it refuses to be root, so when we are, the machine's {@code postgres} or {@code nobody}. */
record UnprivilegedUser(Optional<UserPrincipal> other) {
    private static final List<String> CANDIDATES = List.of("postgres", "nobody");
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    static UnprivilegedUser forServer(String component) {
        if (!System.getProperty("user.name").equals("root")) {
            return new UnprivilegedUser(Optional.empty());
        }
        if (!Files.isExecutable(SETPRIV)) {
            throw new StackException(component, "running as root needs " + SETPRIV + " (package util-linux)");
        }
        for (String name : CANDIDATES) {
            try {
                return new UnprivilegedUser(Optional.of(
                        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name)));
            } catch (IOException e) {
                // No such user here: try the next.
                continue;
            }
        }
        throw new StackException(component, "running as root, and there is no user among " + CANDIDATES);
    }

    void own(Path path) throws IOException {
        if (other.isPresent()) {
            Files.setOwner(path, other.get());
        }
    }

    /** What to put before a command so that it runs as this user and can reach the folder. */
    List<String> prefix(Path folder) {
        if (other.isEmpty()) {
            return List.of();
        }
        List<String> prefix = new ArrayList<>(List.of(
                SETPRIV.toString(),
                "--reuid=" + other.get().getName(),
                "--regid=" + group(other.get()),
                "--clear-groups"));
        if (!reachable(folder)) {
            // Below a closed folder such as root's home: allowed to pass through, still owns nothing there.
            prefix.addAll(List.of("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"));
        }
        return prefix;
    }

    /** The user's own group id, as {@code id -g} says; it need not be named like the user. */
    private static String group(UserPrincipal user) {
        try {
            Process id = new ProcessBuilder("id", "-g", user.getName()).start();
            return new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean reachable(Path folder) {
        for (Path parent = folder.getParent(); parent != null; parent = parent.getParent()) {
            try {
                if (!Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}

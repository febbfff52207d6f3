package dev.ghee.storage.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a sandbox is made on this machine.
 *
 * @param privileged whether this service runs as root and can make namespaces and other users' processes itself;
 *     otherwise the kernel has to allow user namespaces
 * @param node the folder in whose bin Node's programs are
 * @param version of Node
 * @param registry where npm fetches packages
 */
record Machine(boolean privileged, Path node, String version, String registry) {
    /** What runs before a program's own code does must not be chosen by our environment. */
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final long ANSWER_SECONDS = 30;
    /** What one process may reserve beyond what all may use: runtimes reserve more than they touch. */
    private static final long SPARE_BYTES = 1L << 30;

    /**
     * Between fork and the wish to die with this service, the service may have died: then the parent is another. The
     * rest are limits of the kernel, which all processes below inherit.
     */
    private static final String ONLY_WITH_US = "[ \"$PPID\" = \"$1\" ] || exit 125; shift; exec \"$@\"";

    /** Fails with {@link IOException} when Node or npm is missing. */
    static Machine ours() throws IOException, InterruptedException {
        Path node = Path.of(said("sh", "-c", "command -v node"))
                .toRealPath()
                .resolve("../..")
                .normalize();
        String registry = said("npm", "config", "get", "registry");
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return new Machine(root, node, said("node", "--version"), registry);
    }

    private static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(new java.io.File("/"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || text.isEmpty()) {
            throw new IOException("Cannot run " + String.join(" ", command));
        }
        return text;
    }

    /** PATH inside. */
    String path() {
        return node.resolve("bin") + ":" + PATH;
    }

    List<String> command(JobDirectory directory, SandboxConfig config) {
        int uid = privileged ? config.firstUid() + directory.slot() : 0;
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                "/bin/sh",
                "-c",
                ONLY_WITH_US,
                "sh",
                Long.toString(ProcessHandle.current().pid()),
                "nice",
                "-n",
                "10",
                "prlimit",
                "--core=0",
                "--nofile=8192",
                "--nproc=" + config.processes(),
                "--fsize=" + config.fileBytes(),
                "--data=" + (config.memoryBytes() + SPARE_BYTES),
                "--cpu=" + 4 * config.time().toSeconds(),
                "unshare"));
        if (!privileged) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of(
                "--mount",
                "--pid",
                "--net",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child",
                "/bin/sh",
                directory.path().resolve("enter.sh").toString(),
                directory.path().toString(),
                Integer.toString(uid),
                node.startsWith("/usr") ? "" : node.toString()));
        return command;
    }
}

package dev.ghee.functions.object.source;

import dev.ghee.functions.build.CompiledModule;
import dev.ghee.functions.build.CompiledModule.Export;
import dev.ghee.functions.build.CompiledModule.Kind;
import dev.ghee.functions.build.Compiler;
import dev.ghee.functions.build.SourceException;
import dev.ghee.functions.build.Sources;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Checks and compiles the TypeScript of one class. One file, one {@code export class}, imports from
 * {@code cloudflare:*} only.
 */
@ApplicationScoped
public class ObjectCompiler {
    /** Longest source. */
    public static final int MAX_BYTES = Sources.MAX_FILE_BYTES;

    private static final String PLATFORM_MODULES = "cloudflare:";
    private static final int MAX_SHOWN = 200;

    private final Compiler compiler;

    ObjectCompiler(Compiler compiler) {
        this.compiler = compiler;
    }

    /**
     * Waits: for virtual threads. Fails with 400 {@code VALIDATION_INVALID_SCHEMA} whose {@code details.code} is a
     * {@link SourceProblem}, and with {@code SERVICE_BUSY}.
     */
    public ObjectSource compile(String code) {
        if (code.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw SourceProblem.SOURCE_SIZE_EXCEEDED.asException("code may have at most " + MAX_BYTES + " bytes");
        }
        CompiledModule module = compiled(code);
        for (CompiledModule.Import imported : module.imports()) {
            if (!imported.specifier().startsWith(PLATFORM_MODULES)) {
                throw SourceProblem.INVALID_IMPORT.asException(
                        "Only cloudflare:* may be imported, not " + clipped(imported.specifier()));
            }
        }
        return new ObjectSource(onlyClass(module.exports()), module.source());
    }

    private CompiledModule compiled(String code) {
        try {
            return compiler.compile(code);
        } catch (SourceException e) {
            // Of other files there are none, so that whatever is relative leads nowhere.
            boolean relative = String.valueOf(e.getMessage()).contains("is imported, but is none of the files");
            throw relative
                    ? SourceProblem.INVALID_IMPORT.asException("Only cloudflare:* may be imported: " + e.described())
                    : SourceProblem.CLASS_NAME_PARSE_ERROR.asException(e.described());
        }
    }

    private static String onlyClass(List<Export> exports) {
        List<Export> classes = exports.stream()
                .filter(export -> export.kind() == Kind.CLASS && !export.name().equals("default"))
                .toList();
        if (classes.isEmpty()) {
            throw SourceProblem.NO_EXPORTED_CLASS.asException(
                    "The source has to export a class: export class Name { … }");
        }
        if (exports.size() > 1) {
            throw SourceProblem.MULTIPLE_EXPORTS.asException("The source may export one class and nothing else");
        }
        return classes.getFirst().name();
    }

    private static String clipped(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }
}

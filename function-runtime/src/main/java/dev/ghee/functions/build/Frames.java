package dev.ghee.functions.build;

import dev.ghee.functions.build.CompiledModule.Export;
import dev.ghee.functions.build.CompiledModule.Import;
import dev.ghee.functions.build.CompiledModule.Kind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the service and its compiler process say to each other, over the process's standard streams. */
final class Frames {
    private static final int COMPILED = 0;
    private static final int MISTAKE = 1;
    /** Longer than any text that either side has. */
    private static final int MAX_TEXT = 64 << 20;

    private Frames() {}

    static void writeSources(DataOutputStream out, Sources sources) throws IOException {
        out.writeInt(sources.files().size());
        for (var file : sources.files().entrySet()) {
            text(out, file.getKey());
            text(out, file.getValue());
        }
        text(out, sources.entry());
        out.flush();
    }

    static Sources readSources(DataInputStream in) throws IOException {
        int count = in.readInt();
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            files.put(text(in), text(in));
        }
        return new Sources(files, text(in));
    }

    static void writeCompiled(DataOutputStream out, Compiled compiled) throws IOException {
        out.writeByte(COMPILED);
        text(out, compiled.entry());
        out.writeInt(compiled.modules().size());
        for (CompiledModule module : compiled.modules()) {
            text(out, module.name());
            text(out, module.path());
            text(out, module.source());
            text(out, module.sourceMap());
            out.writeInt(module.imports().size());
            for (Import imported : module.imports()) {
                text(out, imported.specifier());
                out.writeInt(imported.line());
                out.writeInt(imported.column());
            }
            out.writeInt(module.exports().size());
            for (Export export : module.exports()) {
                text(out, export.name());
                text(out, export.local());
                text(out, export.kind().name());
                out.writeInt(export.line());
                out.writeInt(export.column());
            }
        }
        out.flush();
    }

    static void writeMistake(DataOutputStream out, SourceException mistake) throws IOException {
        out.writeByte(MISTAKE);
        text(out, mistake.path());
        out.writeInt(mistake.line());
        out.writeInt(mistake.column());
        text(out, String.valueOf(mistake.getMessage()));
        out.flush();
    }

    /** Fails with the {@link SourceException} that the process found. */
    static Compiled readCompiled(DataInputStream in) throws IOException {
        if (in.readByte() == MISTAKE) {
            throw new SourceException(text(in), in.readInt(), in.readInt(), text(in));
        }
        String entry = text(in);
        int count = in.readInt();
        List<CompiledModule> modules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            modules.add(new CompiledModule(text(in), text(in), text(in), text(in), imports(in), exports(in)));
        }
        return new Compiled(entry, modules);
    }

    private static List<Import> imports(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Import> imports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            imports.add(new Import(text(in), in.readInt(), in.readInt()));
        }
        return imports;
    }

    private static List<Export> exports(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Export> exports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            exports.add(new Export(text(in), text(in), Kind.valueOf(text(in)), in.readInt(), in.readInt()));
        }
        return exports;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT) {
            throw new IOException("A text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}

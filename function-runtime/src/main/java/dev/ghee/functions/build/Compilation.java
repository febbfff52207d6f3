package dev.ghee.functions.build;

import com.caoccao.javet.swc4j.Swc4j;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAst;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAstProgram;
import com.caoccao.javet.swc4j.enums.Swc4jMediaType;
import com.caoccao.javet.swc4j.enums.Swc4jParseMode;
import com.caoccao.javet.swc4j.enums.Swc4jSourceMapOption;
import com.caoccao.javet.swc4j.exceptions.Swc4jCoreException;
import com.caoccao.javet.swc4j.options.Swc4jDecoratorsTranspileOption;
import com.caoccao.javet.swc4j.options.Swc4jJsxRuntimeOption;
import com.caoccao.javet.swc4j.options.Swc4jParseOptions;
import com.caoccao.javet.swc4j.options.Swc4jTranspileOptions;
import com.caoccao.javet.swc4j.outputs.Swc4jTranspileOutput;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiles sources with swc. Native code that a hostile source can crash, so it runs in {@link CompilerMain}'s process
 * and nowhere else.
 */
final class Compilation {
    private static final String ROOT = "file:///";
    private static final Pattern PLACE = Pattern.compile("at file:///\\S*?:(\\d+):(\\d+)\\s*$");
    private static final Pattern ENDING = Pattern.compile("\\.(?:m?[jt]s|[jt]sx)$");
    private static final int MAX_MESSAGE = 300;

    private final Swc4j swc = new Swc4j();
    private final Sources sources;
    /** Module name by path. */
    private final Map<String, String> modules = new HashMap<>();

    private Compilation(Sources sources) {
        this.sources = sources;
    }

    /** Fails with {@link SourceException}. */
    static Compiled compile(Sources sources) {
        return new Compilation(sources).run();
    }

    private Compiled run() {
        Map<String, String> pathByModule = new HashMap<>();
        for (String path : sources.files().keySet()) {
            if (!declaresOnly(path)) {
                String module = ENDING.matcher(path).replaceFirst(".js");
                String other = pathByModule.put(module, path);
                if (other != null) {
                    throw new SourceException(path, 0, 0, path + " and " + other + " would be the same module");
                }
                modules.put(path, module);
            }
        }
        if (!modules.containsKey(sources.entry())) {
            throw new SourceException(sources.entry(), 0, 0, "The entry file must hold code");
        }
        List<CompiledModule> compiled = new ArrayList<>();
        for (String path : modules.keySet().stream().sorted().toList()) {
            compiled.add(module(path, sources.files().getOrDefault(path, "")));
        }
        return new Compiled(sources.entry(), compiled);
    }

    /** Files of types only. */
    private static boolean declaresOnly(String path) {
        return path.endsWith(".d.ts") || path.endsWith(".d.mts");
    }

    private CompiledModule module(String path, String source) {
        Swc4jMediaType type = type(path, source);
        ModuleShape written = shape(path, source, type);
        Swc4jTranspileOutput output = transpile(path, linked(path, source, written), type);
        // What is only a type has gone from the output.
        ModuleShape left = shape(path, output.getCode(), Swc4jMediaType.JavaScript);
        return new CompiledModule(
                modules.getOrDefault(path, path),
                path,
                output.getCode(),
                output.getSourceMap() == null ? "{}" : output.getSourceMap().replace(ROOT + path, path),
                outside(path, left, written),
                left.exports().stream().map(export -> placed(export, written)).toList());
    }

    /** Plain sources may hold JSX although their name does not say so, which then is what makes them fail. */
    private Swc4jMediaType type(String path, String source) {
        String ending = path.substring(path.lastIndexOf('.'));
        Swc4jMediaType type = switch (ending) {
            case ".tsx" -> Swc4jMediaType.Tsx;
            case ".jsx", ".js", ".mjs" -> Swc4jMediaType.Jsx;
            default -> Swc4jMediaType.TypeScript;
        };
        if (type != Swc4jMediaType.TypeScript || !source.contains("</") && !source.contains("/>")) {
            return type;
        }
        try {
            parse(path, source, type);
            return type;
        } catch (SourceException e) {
            try {
                parse(path, source, Swc4jMediaType.Tsx);
                return Swc4jMediaType.Tsx;
            } catch (SourceException _) {
                return type;
            }
        }
    }

    private ModuleShape shape(String path, String source, Swc4jMediaType type) {
        try {
            return ModuleShape.of(parse(path, source, type));
        } catch (SourceException e) {
            throw new SourceException(path, e.line(), e.column(), String.valueOf(e.getMessage()));
        }
    }

    private ISwc4jAstProgram<? extends ISwc4jAst> parse(String path, String source, Swc4jMediaType type) {
        try {
            return swc.parse(
                            source,
                            new Swc4jParseOptions()
                                    .setSpecifier(URI.create(ROOT + path).toURL())
                                    .setMediaType(type)
                                    .setParseMode(Swc4jParseMode.Module)
                                    .setCaptureAst(true))
                    .getProgram();
        } catch (Swc4jCoreException e) {
            throw mistake(path, e);
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("Not a path", e);
        }
    }

    private Swc4jTranspileOutput transpile(String path, String source, Swc4jMediaType type) {
        try {
            return swc.transpile(
                    source,
                    new Swc4jTranspileOptions()
                            .setSpecifier(URI.create(ROOT + path).toURL())
                            .setMediaType(type)
                            .setParseMode(Swc4jParseMode.Module)
                            .setJsx(Swc4jJsxRuntimeOption.Classic())
                            .setDecorators(Swc4jDecoratorsTranspileOption.Ecma())
                            .setInlineSources(false)
                            .setSourceMap(Swc4jSourceMapOption.Separate));
        } catch (Swc4jCoreException e) {
            throw mistake(path, e);
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("Not a path", e);
        }
    }

    /** The source with its imports of other files naming modules; lines stay what they are. */
    private String linked(String path, String source, ModuleShape shape) {
        var text = new StringBuilder(source);
        shape.imports().stream()
                .sorted(Comparator.comparingInt(ModuleShape.Imported::start).reversed())
                .forEach(imported -> {
                    String target = target(path, imported.specifier());
                    if (target != null) {
                        text.replace(
                                source.offsetByCodePoints(0, imported.start()),
                                source.offsetByCodePoints(0, imported.end()),
                                '"' + relative(path, target) + '"');
                    }
                });
        return text.toString();
    }

    /** The file that a relative import means, or null. */
    private @Nullable String target(String from, String specifier) {
        if (!isRelative(specifier)) {
            return null;
        }
        String base = resolved(from, specifier);
        if (base == null) {
            return null;
        }
        String stem = base.replaceFirst("\\.m?jsx?$", "");
        for (String candidate : List.of(
                base,
                base + ".ts",
                base + ".tsx",
                base + ".js",
                base + ".jsx",
                base + ".mts",
                base + ".mjs",
                stem + ".ts",
                stem + ".tsx",
                stem + ".mts",
                stem + ".mjs",
                stem + ".jsx",
                base + "/index.ts",
                base + "/index.tsx",
                base + "/index.js")) {
            if (modules.containsKey(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** A path without dots; null when it leads out of the files. */
    private static @Nullable String resolved(String from, String specifier) {
        Deque<String> segments = new ArrayDeque<>(List.of(from.split("/", -1)));
        segments.removeLast();
        for (String segment : specifier.split("/", -1)) {
            if (segment.equals("..")) {
                if (segments.pollLast() == null) {
                    return null;
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return String.join("/", segments);
    }

    private static boolean isRelative(String specifier) {
        return specifier.startsWith("./") || specifier.startsWith("../") || specifier.equals(".");
    }

    private String relative(String from, String target) {
        return (from.contains("/")
                        ? "../".repeat((int) from.chars().filter(c -> c == '/').count())
                        : "./")
                + modules.get(target);
    }

    private List<CompiledModule.Import> outside(String path, ModuleShape left, ModuleShape written) {
        List<CompiledModule.Import> outside = new ArrayList<>();
        for (ModuleShape.Imported imported : left.imports()) {
            boolean linked = target(path, imported.specifier()) != null;
            if (!linked) {
                ModuleShape.Imported place = written.imports().stream()
                        .filter(candidate -> candidate.specifier().equals(imported.specifier()))
                        .findFirst()
                        .orElse(imported);
                if (isRelative(imported.specifier()) || imported.specifier().startsWith("/")) {
                    throw new SourceException(
                            path,
                            place.line(),
                            place.column(),
                            "\"" + imported.specifier() + "\" is imported, but is none of the files; send it in"
                                    + " \"files\", or put its code into this file");
                }
                outside.add(new CompiledModule.Import(imported.specifier(), place.line(), place.column()));
            }
        }
        return outside;
    }

    private static CompiledModule.Export placed(CompiledModule.Export export, ModuleShape written) {
        return written.exports().stream()
                .filter(candidate -> candidate.name().equals(export.name()))
                .findFirst()
                .map(place -> new CompiledModule.Export(
                        export.name(), export.local(), export.kind(), place.line(), place.column()))
                .orElse(export);
    }

    private static SourceException mistake(String path, Swc4jCoreException e) {
        String text = String.valueOf(e.getMessage());
        Matcher place = PLACE.matcher(text);
        String first = text.lines().findFirst().orElse("The code does not parse");
        String message = first.length() > MAX_MESSAGE ? first.substring(0, MAX_MESSAGE) : first;
        return place.find()
                ? new SourceException(path, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)), message)
                : new SourceException(path, 0, 0, message);
    }
}

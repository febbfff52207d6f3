package dev.ghee.functions.object.source;

import com.caoccao.javet.swc4j.Swc4j;
import com.caoccao.javet.swc4j.ast.expr.Swc4jAstCallExpr;
import com.caoccao.javet.swc4j.ast.expr.lit.Swc4jAstStr;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAst;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAstDecl;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAstProgram;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportAll;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDefaultDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDefaultExpr;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstImport;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstImportDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstNamedExport;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstClassDecl;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstTsInterfaceDecl;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstTsTypeAliasDecl;
import com.caoccao.javet.swc4j.ast.visitors.Swc4jAstVisitor;
import com.caoccao.javet.swc4j.ast.visitors.Swc4jAstVisitorResponse;
import com.caoccao.javet.swc4j.enums.Swc4jMediaType;
import com.caoccao.javet.swc4j.enums.Swc4jParseMode;
import com.caoccao.javet.swc4j.enums.Swc4jSourceMapOption;
import com.caoccao.javet.swc4j.exceptions.Swc4jCoreException;
import com.caoccao.javet.swc4j.options.Swc4jParseOptions;
import com.caoccao.javet.swc4j.options.Swc4jTranspileOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Checks and compiles the TypeScript of one class. One file, one {@code export class}, imports from
 * {@code cloudflare:*} only.
 *
 * @param className as the source calls it
 * @param module the same as JavaScript
 */
public record ObjectSource(String className, String module) {
    /** Longest source. */
    public static final int MAX_BYTES = 5 * 1024 * 1024;

    private static final String PLATFORM_MODULES = "cloudflare:";

    /** A syntax tree takes many times its source's memory, so that there is one at a time. */
    private static final Semaphore COMPILING = new Semaphore(1);

    /** Fails with 400 {@code VALIDATION_INVALID_SCHEMA} whose {@code details.code} is a {@link SourceProblem}. */
    public static ObjectSource compile(String code) {
        if (code.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw SourceProblem.SOURCE_SIZE_EXCEEDED.asException("code may have at most " + MAX_BYTES + " bytes");
        }
        COMPILING.acquireUninterruptibly();
        try {
            var compiler = new Swc4j();
            String className = check(compiler.parse(
                            code,
                            new Swc4jParseOptions()
                                    .setMediaType(Swc4jMediaType.TypeScript)
                                    .setParseMode(Swc4jParseMode.Module)
                                    .setCaptureAst(true))
                    .getProgram());
            String module = compiler.transpile(
                            code,
                            new Swc4jTranspileOptions()
                                    .setMediaType(Swc4jMediaType.TypeScript)
                                    .setParseMode(Swc4jParseMode.Module)
                                    .setSourceMap(Swc4jSourceMapOption.None))
                    .getCode();
            return new ObjectSource(className, module);
        } catch (Swc4jCoreException e) {
            throw SourceProblem.CLASS_NAME_PARSE_ERROR.asException("The source cannot be parsed: " + firstLine(e));
        } finally {
            COMPILING.release();
        }
    }

    private static String check(ISwc4jAstProgram<?> program) {
        List<String> classes = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (ISwc4jAst item : program.getBody()) {
            switch (item) {
                case Swc4jAstImportDecl imported
                when !imported.isTypeOnly() -> requirePlatform(imported.getSrc().getValue());
                case Swc4jAstExportDecl exported -> sort(exported.getDecl(), classes, others);
                case Swc4jAstNamedExport exported when !exported.isTypeOnly() -> others.add("export { … }");
                case Swc4jAstExportAll exported when !exported.isTypeOnly() -> others.add("export *");
                case Swc4jAstExportDefaultDecl _, Swc4jAstExportDefaultExpr _ -> others.add("export default");
                default -> {}
            }
        }
        program.visit(new DynamicImports());
        if (classes.isEmpty()) {
            throw SourceProblem.NO_EXPORTED_CLASS.asException(
                    "The source has to export a class: export class Name { … }");
        }
        if (classes.size() > 1 || !others.isEmpty()) {
            throw SourceProblem.MULTIPLE_EXPORTS.asException("The source may export one class and nothing else");
        }
        return classes.getFirst();
    }

    private static void sort(ISwc4jAstDecl declared, List<String> classes, List<String> others) {
        switch (declared) {
            case Swc4jAstClassDecl found
            when !found.isDeclare() -> classes.add(found.getIdent().getSym());
            // Gone after compilation.
            case Swc4jAstClassDecl _, Swc4jAstTsInterfaceDecl _, Swc4jAstTsTypeAliasDecl _ -> {}
            default -> others.add("export of something else");
        }
    }

    private static void requirePlatform(String module) {
        if (!module.startsWith(PLATFORM_MODULES)) {
            throw SourceProblem.INVALID_IMPORT.asException("Only cloudflare:* may be imported, not " + clipped(module));
        }
    }

    /** The loader would refuse them, but only when the line runs. */
    private static final class DynamicImports extends Swc4jAstVisitor {
        @Override
        public Swc4jAstVisitorResponse visitCallExpr(Swc4jAstCallExpr call) {
            if (call.getCallee() instanceof Swc4jAstImport) {
                boolean literal =
                        !call.getArgs().isEmpty() && call.getArgs().getFirst().getExpr() instanceof Swc4jAstStr;
                requirePlatform(
                        literal ? ((Swc4jAstStr) call.getArgs().getFirst().getExpr()).getValue() : "a computed name");
            }
            return super.visitCallExpr(call);
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int end = message.indexOf('\n');
        return clipped(end < 0 ? message : message.substring(0, end));
    }

    private static String clipped(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}

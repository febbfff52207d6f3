package dev.ghee.functions.build;

import com.caoccao.javet.swc4j.ast.enums.Swc4jAstType;
import com.caoccao.javet.swc4j.ast.expr.Swc4jAstCallExpr;
import com.caoccao.javet.swc4j.ast.expr.Swc4jAstIdent;
import com.caoccao.javet.swc4j.ast.expr.lit.Swc4jAstStr;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAst;
import com.caoccao.javet.swc4j.ast.interfaces.ISwc4jAstProgram;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportAll;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDefaultDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportDefaultExpr;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportNamedSpecifier;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstExportNamespaceSpecifier;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstImportDecl;
import com.caoccao.javet.swc4j.ast.module.Swc4jAstNamedExport;
import com.caoccao.javet.swc4j.ast.pat.Swc4jAstBindingIdent;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstClassDecl;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstFnDecl;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstVarDecl;
import com.caoccao.javet.swc4j.ast.stmt.Swc4jAstVarDeclarator;
import com.caoccao.javet.swc4j.span.Swc4jSpan;
import dev.ghee.functions.build.CompiledModule.Export;
import dev.ghee.functions.build.CompiledModule.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a parsed module imports and exports. */
final class ModuleShape {
    private final List<Imported> imports = new ArrayList<>();
    private final List<Export> exports = new ArrayList<>();
    /** Classes and functions of the top level, by name. */
    private final Map<String, Kind> declared = new HashMap<>();

    /**
     * A module's name in the source.
     *
     * @param start of the literal, in code points
     * @param end just after the literal, in code points
     */
    record Imported(String specifier, int start, int end, int line, int column) {}

    private ModuleShape() {}

    /** Fails with {@link SourceException} for what is no ES module. */
    static ModuleShape of(ISwc4jAstProgram<? extends ISwc4jAst> program) {
        var shape = new ModuleShape();
        for (ISwc4jAst statement : program.getBody()) {
            shape.declare(statement);
        }
        for (ISwc4jAst statement : program.getBody()) {
            shape.statement(statement);
        }
        shape.dynamicImports(program);
        return shape;
    }

    List<Imported> imports() {
        return imports;
    }

    List<Export> exports() {
        return exports;
    }

    private void declare(ISwc4jAst statement) {
        switch (statement) {
            case Swc4jAstClassDecl type -> declared.put(type.getIdent().getSym(), Kind.CLASS);
            case Swc4jAstFnDecl function -> declared.put(function.getIdent().getSym(), Kind.FUNCTION);
            default -> {}
        }
    }

    private void statement(ISwc4jAst statement) {
        switch (statement) {
            case Swc4jAstImportDecl imported when !imported.isTypeOnly() -> add(imported.getSrc());
            case Swc4jAstExportAll all
            when !all.isTypeOnly() -> {
                add(all.getSrc());
                export("*", "", Kind.OTHER, all);
            }
            case Swc4jAstNamedExport named
            when !named.isTypeOnly() -> {
                named.getSrc().ifPresent(this::add);
                named.getSpecifiers()
                        .forEach(
                                specifier -> specifier(specifier, named.getSrc().isPresent()));
            }
            case Swc4jAstExportDefaultDecl declaration -> {
                ISwc4jAst what = declaration.getDecl();
                Kind kind = switch (what.getType()) {
                    case Swc4jAstType.ClassExpr -> Kind.CLASS;
                    case Swc4jAstType.FnExpr -> Kind.FUNCTION;
                    default -> Kind.OTHER;
                };
                export("default", firstName(what), kind, declaration);
            }
            case Swc4jAstExportDefaultExpr expression -> {
                String local = expression.getExpr() instanceof Swc4jAstIdent name ? name.getSym() : "";
                export("default", local, declared.getOrDefault(local, Kind.OTHER), expression);
            }
            case Swc4jAstExportDecl declaration -> declaration(declaration);
            case ISwc4jAst other
            when other.getType() == Swc4jAstType.TsExportAssignment ->
                throw new SourceException(
                        "",
                        other.getSpan().getLine(),
                        other.getSpan().getColumn(),
                        "\"export =\" is not for ES modules");
            default -> {}
        }
    }

    private void declaration(Swc4jAstExportDecl declaration) {
        switch (declaration.getDecl()) {
            case Swc4jAstClassDecl type -> {
                String name = type.getIdent().getSym();
                export(name, name, Kind.CLASS, declaration);
            }
            case Swc4jAstFnDecl function -> {
                String name = function.getIdent().getSym();
                export(name, name, Kind.FUNCTION, declaration);
            }
            case Swc4jAstVarDecl variables -> {
                for (Swc4jAstVarDeclarator variable : variables.getDecls()) {
                    names(variable.getName()).forEach(name -> export(name, name, Kind.OTHER, declaration));
                }
            }
            default -> {}
        }
    }

    private void specifier(ISwc4jAst specifier, boolean fromElsewhere) {
        switch (specifier) {
            case Swc4jAstExportNamedSpecifier named
            when !named.isTypeOnly() -> {
                String local = name(named.getOrig());
                String exported = named.getExported().map(ModuleShape::name).orElse(local);
                Kind kind = fromElsewhere ? Kind.OTHER : declared.getOrDefault(local, Kind.OTHER);
                export(exported, fromElsewhere ? "" : local, kind, named);
            }
            case Swc4jAstExportNamespaceSpecifier namespace ->
                export(name(namespace.getName()), "", Kind.OTHER, namespace);
            default -> {}
        }
    }

    private void dynamicImports(ISwc4jAst root) {
        Deque<ISwc4jAst> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            ISwc4jAst node = open.pop();
            if (node instanceof Swc4jAstCallExpr call
                    && call.getCallee().getType() == Swc4jAstType.Import
                    && !call.getArgs().isEmpty()
                    && call.getArgs().getFirst().getExpr() instanceof Swc4jAstStr name) {
                add(name);
            }
            node.getChildNodes().forEach(open::push);
        }
    }

    private static List<String> names(ISwc4jAst pattern) {
        List<String> names = new ArrayList<>();
        Deque<ISwc4jAst> open = new ArrayDeque<>();
        open.push(pattern);
        while (!open.isEmpty()) {
            ISwc4jAst node = open.pop();
            if (node instanceof Swc4jAstBindingIdent binding) {
                names.add(binding.getId().getSym());
            } else {
                if (node.getType() == Swc4jAstType.AssignPatProp) {
                    node.getChildNodes().stream()
                            .filter(Swc4jAstIdent.class::isInstance)
                            .findFirst()
                            .ifPresent(key -> names.add(name(key)));
                }
                node.getChildNodes().forEach(open::push);
            }
        }
        return names;
    }

    private static String firstName(ISwc4jAst declaration) {
        return declaration.getChildNodes().stream()
                .filter(Swc4jAstIdent.class::isInstance)
                .findFirst()
                .map(ModuleShape::name)
                .orElse("");
    }

    private static String name(ISwc4jAst node) {
        return switch (node) {
            case Swc4jAstIdent name -> name.getSym();
            case Swc4jAstStr text -> text.getValue();
            default -> "";
        };
    }

    private void add(Swc4jAstStr literal) {
        Swc4jSpan span = literal.getSpan();
        imports.add(new Imported(literal.getValue(), span.getStart(), span.getEnd(), span.getLine(), span.getColumn()));
    }

    private void export(String name, String local, Kind kind, ISwc4jAst at) {
        exports.add(new Export(
                name, local, kind, at.getSpan().getLine(), at.getSpan().getColumn()));
    }
}

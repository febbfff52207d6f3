package dev.ghee.functions.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.functions.build.CompiledModule.Kind;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static Compiler compiler;

    @BeforeAll
    static void start() {
        compiler = new Compiler(VERTX);
    }

    @AfterAll
    static void stop() {
        compiler.stop(new ShutdownEvent());
        VERTX.close();
    }

    @Test
    void leavesTypesOutAndFindsTheHandler() {
        CompiledModule module = compiler.compile("""
                interface Body { name: string }
                export async function handler(req: Request, ctx: any): Promise<Response> {
                  const body = <Body>await req.json();
                  return Response.json({ hello: body.name satisfies string });
                }
                """);

        assertThat(module.name()).isEqualTo("index.js");
        assertThat(module.source()).contains("async function handler(req, ctx)").doesNotContain("interface");
        assertThat(module.exports()).singleElement().satisfies(export -> {
            assertThat(export.name()).isEqualTo("handler");
            assertThat(export.kind()).isEqualTo(Kind.FUNCTION);
            assertThat(export.line()).isEqualTo(2);
        });
    }

    @Test
    void mapsPlacesBackToTheSource() {
        CompiledModule module = compiler.compile("""
                // A comment that stays or goes.
                type T = { a: number };
                enum Colour { Red, Green }
                export function handler() {
                  throw new Error("x" + Colour.Red);
                }
                """);
        List<String> lines = module.source().lines().toList();
        int line = 0;
        while (!lines.get(line).contains("throw new")) {
            line++;
        }

        var place = SourceMap.parse(module.sourceMap())
                .original(line + 1, lines.get(line).indexOf("new Error") + 1);

        assertThat(place)
                .hasValueSatisfying(found -> assertThat(found.toString()).isEqualTo("index.ts:5:9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export const handler = async () => new Response();",
                "const h = 1; export { h as handler };",
                "export const { handler, other: [b] } = globalThis.x;",
                "export { handler } from 'node:x';",
                "export * from 'node:x';",
                "export async function* handler() {}"
            })
    void knowsWaysToExport(String source) {
        assertThat(compiler.compile(source).exports("handler")).isTrue();
    }

    @Test
    void tellsClassesFromFunctions() {
        CompiledModule module = compiler.compile("""
                import { DurableObject } from "cloudflare:workers";
                export class Counter extends DurableObject<Env> {}
                class Room {}
                export { Room as Chat };
                export default class {}
                """);

        assertThat(module.exports())
                .extracting(CompiledModule.Export::name, CompiledModule.Export::local, CompiledModule.Export::kind)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Counter", "Counter", Kind.CLASS),
                        org.assertj.core.groups.Tuple.tuple("Chat", "Room", Kind.CLASS),
                        org.assertj.core.groups.Tuple.tuple("default", "", Kind.CLASS));
        assertThat(module.imports())
                .singleElement()
                .satisfies(imported -> assertThat(imported.specifier()).isEqualTo("cloudflare:workers"));
    }

    @Test
    void compilesJsxWhateverTheNameSays() {
        String source = "const h = (t) => t;\nexport const handler = () => new Response(<b class='x'>hi</b>);";

        assertThat(compiler.compile("/** @jsx h */\n" + source).source())
                .contains("h(\"b\"")
                .doesNotContain("<b");
    }

    @Test
    void saysWhereAMistakeIs() {
        assertThatThrownBy(() -> compiler.compile("const a = 1;\nexport function handler(req {\n}"))
                .asInstanceOf(InstanceOfAssertFactories.type(SourceException.class))
                .satisfies(mistake -> {
                    assertThat(mistake.line()).isEqualTo(2);
                    assertThat(mistake.column()).isGreaterThan(20);
                    assertThat(mistake.described()).contains("index.ts:2:");
                });
    }

    @Test
    void linksFilesAsTheyImportEachOther() {
        Compiled compiled = compiler.compile(new Sources(
                Map.of(
                        "src/index.ts", """
                                // 😀 before an import, which counts as one in spans and two in strings.
                                import { greet } from "./lib/greet";
                                import type { T } from "./types";
                                export const handler = async (t: T) => (await import('../data.js')).x + greet();
                                """,
                        "src/lib/greet.tsx", "import { name } from '../name.js'; export const greet = () => name;",
                        "src/name.ts", "export const name: string = 'Ada';",
                        "data.mjs", "export const x = 1;",
                        "src/types.d.ts", "export type T = string;"),
                "src/index.ts"));

        assertThat(compiled.modules())
                .extracting(CompiledModule::name)
                .containsExactlyInAnyOrder("src/index.js", "src/lib/greet.js", "src/name.js", "data.js");
        assertThat(compiled.entryModule().source())
                .contains("from \"../src/lib/greet.js\"")
                .contains("import(\"../data.js\")")
                .doesNotContain("types");
        assertThat(compiled.modules())
                .allSatisfy(module -> assertThat(module.imports()).isEmpty());
    }

    @Test
    void namesAnImportOfAFileThatIsMissing() {
        assertThatThrownBy(() -> compiler.compile("import x from './secrets.ts';\nexport const handler = () => x;"))
                .asInstanceOf(InstanceOfAssertFactories.type(SourceException.class))
                .satisfies(mistake -> {
                    assertThat(mistake).hasMessageContaining("./secrets.ts");
                    assertThat(mistake.line()).isEqualTo(1);
                });
    }

    /** It would overflow the stack of the service if it were compiled there. */
    @Test
    void survivesCodeThatIsNestedTooDeeply() {
        assertThatThrownBy(() -> compiler.compile("export const handler = " + "(".repeat(300_000) + "1"))
                .isInstanceOf(SourceException.class);

        assertThat(compiler.compile("export const handler = 1").exports("handler"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up.ts", "/etc/passwd.ts", "a//b.ts", "a/../b.ts", "a.txt", ".ts", "a\0.ts", "ä.ts", ""})
    void refusesPathsThatAreNone(String path) {
        assertThatThrownBy(() -> new Sources(Map.of(path, "", "index.ts", ""), "index.ts"))
                .isInstanceOf(SourceException.class);
    }

    @Test
    void refusesTwoFilesOfOneName() {
        assertThatThrownBy(() -> compiler.compile(new Sources(Map.of("a.ts", "", "a.js", ""), "a.ts")))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("same module");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"mappings\":\"!!\"}", "{\"mappings\":\"gggggggggggg\",\"sources\":[1]}"})
    void mapsNothingWithADamagedMap(String json) {
        assertThat(SourceMap.parse(json).original(1, 1)).isEmpty();
    }
}

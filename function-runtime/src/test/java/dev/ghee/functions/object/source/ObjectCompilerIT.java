package dev.ghee.functions.object.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be deployed as a class. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ObjectCompilerIT {
    @Inject
    ObjectCompiler compiler;

    @Test
    void compilesAClassWithParameterProperties() {
        ObjectSource source = compiler.compile("""
                import { DurableObject } from "cloudflare:workers";
                import type { Elsewhere } from "./elsewhere";
                export type Message = { text: string };
                interface Env { KEY: string }
                export class ChatRoom {
                  constructor(public state: DurableObjectState, public env: Env) {}
                  async fetch(req: Request): Promise<Response> { return Response.json({ ok: true } as const); }
                }
                """);
        assertThat(source.className()).isEqualTo("ChatRoom");
        assertThat(source.module()).contains("this.state = state").doesNotContain("Promise<Response>", "elsewhere");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NO_EXPORTED_CLASS      | class A {}
            NO_EXPORTED_CLASS      | export const a = 1;
            NO_EXPORTED_CLASS      | export default class A {}
            NO_EXPORTED_CLASS      | export declare class A {}
            MULTIPLE_EXPORTS       | export class A {} export class B {}
            MULTIPLE_EXPORTS       | export class A {} export const b = 1;
            MULTIPLE_EXPORTS       | export class A {} export { A as B };
            MULTIPLE_EXPORTS       | export class A {} export default A;
            MULTIPLE_EXPORTS       | export class A {} export * from "cloudflare:workers";
            INVALID_IMPORT         | import x from "left-pad"; export class A { y = x; }
            INVALID_IMPORT         | import "node:fs"; export class A {}
            INVALID_IMPORT         | export class A { async f() { return import("./b.js"); } }
            CLASS_NAME_PARSE_ERROR | export class {}
            CLASS_NAME_PARSE_ERROR | export class A { fetch( }
            """)
    void refusesWhatIsNoSingleClass(String problem, String code) {
        assertThatThrownBy(() -> compiler.compile(code))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(problemOf(e)).isEqualTo(problem));
    }

    @Test
    void refusesALongSource() {
        String code = "export class A {}\n//" + "x".repeat(ObjectCompiler.MAX_BYTES);
        assertThatThrownBy(() -> compiler.compile(code))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(problemOf(e)).isEqualTo("SOURCE_SIZE_EXCEEDED"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NAME_REGEX_VIOLATION | ChatRoom
            NAME_REGEX_VIOLATION | chat--room
            NAME_REGEX_VIOLATION | 1chat
            NAME_REGEX_VIOLATION | chat-
            NAME_RESERVED        | env
            """)
    void refusesOtherNames(String problem, String name) {
        assertThatThrownBy(() -> ObjectName.parse(name))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(problemOf(e)).isEqualTo(problem));
    }

    @Test
    void bindsUnderUpperCase() {
        assertThat(ObjectName.parse("chat-room2").binding()).isEqualTo("CHAT_ROOM2");
    }

    private static Object problemOf(GheeException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_INVALID_SCHEMA);
        return ((Map<?, ?>) e.details()).get("code");
    }
}

package dev.ghee.functions.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.run.Definition;
import dev.ghee.functions.object.run.ObjectHosts;
import dev.ghee.functions.object.source.ObjectCompiler;
import dev.ghee.functions.object.source.ObjectName;
import dev.ghee.functions.object.source.ObjectSource;
import dev.ghee.functions.object.source.SourceProblem;
import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.functions.object.store.ObjectClass;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Puts new code of classes, and new variables, in the place of old ones. Waits: for virtual threads. */
@ApplicationScoped
class Deployments {
    /** All classes of an app together, compiled and compressed. */
    private static final int MAX_BUNDLE_BYTES = 10 * 1024 * 1024;

    private final ObjectCompiler compiler;
    private final ObjectClasses classes;
    private final ObjectEnvironment environment;
    private final ObjectHosts hosts;

    Deployments(ObjectCompiler compiler, ObjectClasses classes, ObjectEnvironment environment, ObjectHosts hosts) {
        this.compiler = compiler;
        this.classes = classes;
        this.environment = environment;
        this.hosts = hosts;
    }

    /**
     * Checks, compiles, tries out and takes over. A class whose module cannot be loaded ends as
     * {@link ObjectClass.Status#ERROR}, and what ran before goes on. Fails with 400 {@code VALIDATION_INVALID_SCHEMA}.
     */
    ObjectClass deploy(AppState app, ObjectName name, String code, AccessMode mode) {
        ObjectSource source = compiler.compile(code);
        List<ObjectClass> others = classes.list(app).stream()
                .filter(one -> !one.name().equals(name))
                .toList();
        Map<String, String> variables = environment.values(app);
        requireFree(name, variables);
        requireSize(source, others);
        UUID id = classes.begin(app, name, mode, source, code);
        Optional<String> problem = hosts.tryOut(app.appId(), alone(id, name, mode, source, variables));
        if (problem.isPresent()) {
            classes.failed(app, id, code, problem.get());
        } else if (classes.ready(app, id, code, source)) {
            hosts.changed(app);
        }
        return classes.find(app, name.value())
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_CONFLICT, "The class was deleted meanwhile"));
    }

    /** Only the new class: another one that no longer loads must not get in its way. */
    private static Definition alone(
            UUID id, ObjectName name, AccessMode mode, ObjectSource source, Map<String, String> variables) {
        Instant now = Instant.now();
        var running = new ObjectClass.Running(source.className(), source.module());
        var candidate = new ObjectClass(
                id, name, source.className(), mode, ObjectClass.Status.BUILDING, null, "", running, now, now, now);
        return Definition.of(List.of(candidate), variables);
    }

    private static void requireFree(ObjectName name, Map<String, String> variables) {
        if (variables.containsKey(name.binding())) {
            throw SourceProblem.NAME_CONFLICT.asException("There is a variable named " + name.binding()
                    + " already, which is what objects find this class under");
        }
    }

    private static void requireSize(ObjectSource source, List<ObjectClass> others) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(source.module().getBytes(StandardCharsets.UTF_8));
            for (ObjectClass one : others) {
                ObjectClass.Running code = one.running();
                if (code != null) {
                    gzip.write(code.module().getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (packed.size() > MAX_BUNDLE_BYTES) {
            throw SourceProblem.BUNDLE_SIZE_EXCEEDED.asException(
                    "All classes together may have at most " + MAX_BUNDLE_BYTES + " bytes, compiled and compressed");
        }
    }

    /** Removes the class with all its objects and what they stored. False when there is none. */
    boolean delete(AppState app, String name) {
        boolean deleted = classes.delete(app, name);
        if (deleted) {
            hosts.changed(app);
        }
        return deleted;
    }

    /** True when classes run with the new value from now on; false when there are none. */
    boolean putVariable(AppState app, String key, String value) {
        List<ObjectClass> deployed = classes.list(app);
        environment.put(app, key, value, deployed);
        return restart(app, deployed);
    }

    /** Empty when there was no such variable; else whether classes run without it from now on. */
    Optional<Boolean> deleteVariable(AppState app, String key) {
        return environment.delete(app, key) ? Optional.of(restart(app, classes.list(app))) : Optional.empty();
    }

    private boolean restart(AppState app, List<ObjectClass> deployed) {
        boolean serves = deployed.stream().anyMatch(one -> one.running() != null);
        if (serves) {
            hosts.changed(app);
        }
        return serves;
    }
}

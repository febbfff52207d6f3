package dev.ghee.functions.build;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The compiler's process: compiles what comes in on standard input, one after the other, and ends with it. Sources
 * that are nested so deeply that swc overflows its stack end only this.
 */
public final class CompilerMain {
    /** Enough for any code that people write and most that programs do. */
    private static final long STACK_BYTES = 256L << 20;

    private CompilerMain() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new BufferedOutputStream(System.out));
        while (true) {
            Sources sources;
            try {
                sources = Frames.readSources(in);
            } catch (EOFException e) {
                return;
            }
            answer(out, compile(sources));
        }
    }

    private static void answer(DataOutputStream out, Object result) throws IOException {
        switch (result) {
            case Compiled compiled -> Frames.writeCompiled(out, compiled);
            case SourceException mistake -> Frames.writeMistake(out, mistake);
            default -> throw new IllegalStateException("Neither compiled nor refused: " + result);
        }
    }

    private static Object compile(Sources sources) throws InterruptedException {
        var result = new AtomicReference<Object>(new IllegalStateException("No result"));
        Runnable work = () -> {
            try {
                result.set(Compilation.compile(sources));
            } catch (SourceException e) {
                result.set(e);
            } catch (StackOverflowError e) {
                result.set(new SourceException(sources.entry(), 0, 0, "The code is nested too deeply"));
            }
        };
        Thread thread = new Thread(null, work, "compile", STACK_BYTES);
        thread.start();
        thread.join();
        return java.util.Objects.requireNonNull(result.get());
    }
}

package dev.ghee.functions.binding;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.RlsTransaction;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function, as its host sees it: what it may do, until it is over. It is over when its answer has ended
 * and nothing is left of what it said would come after that. Safe for any thread.
 */
public final class Invocation {
    private static final int MAX_LINES = 101;
    private static final int MAX_LINE_CHARACTERS = 10_240;

    private final String capability;
    private final Grant grant;
    private final BindingConfig limits;
    private final Promise<Report> over = Promise.promise();
    private final Map<String, RlsTransaction> transactions = new HashMap<>();
    private final List<Report.Line> lines = new ArrayList<>(0);
    private Report.@Nullable Escaped escaped;
    private int asking;
    private int opening;
    private boolean answered;
    private boolean awaited;
    private boolean closed;

    Invocation(String capability, Grant grant, BindingConfig limits) {
        this.capability = capability;
        this.grant = grant;
        this.limits = limits;
    }

    /** What the function's code shows to be let in; only ever given to that code. */
    public String capability() {
        return capability;
    }

    public Grant grant() {
        return grant;
    }

    /** What the call said of itself, once it is over. */
    public Future<Report> over() {
        return over.future();
    }

    boolean belongsTo(AppId app) {
        return grant.app().appId().equals(app);
    }

    /** More comes after the answer: background work, or lines for the log. */
    public synchronized void await() {
        awaited = true;
    }

    /** Whether something is still to come, now that the answer has ended. */
    synchronized boolean answered() {
        answered = true;
        return awaited;
    }

    /** What had been announced has come. True when that was the last of the call. */
    synchronized boolean reported(Report report) {
        awaited = false;
        for (Report.Line line : report.console()) {
            if (lines.size() < MAX_LINES) {
                lines.add(new Report.Line(line.level(), truncated(line.message()), line.timestamp()));
            }
        }
        if (report.error() != null && escaped == null) {
            escaped = new Report.Escaped(
                    truncated(report.error().message()),
                    report.error().stack() == null
                            ? null
                            : truncated(report.error().stack()));
        }
        return answered;
    }

    private static String truncated(String text) {
        return text.length() <= MAX_LINE_CHARACTERS ? text : text.substring(0, MAX_LINE_CHARACTERS);
    }

    /** Ends what it holds; nothing is answered from now on. */
    void close() {
        List<RlsTransaction> held;
        Report report;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            held = List.copyOf(transactions.values());
            transactions.clear();
            report = new Report(List.copyOf(lines), escaped);
        }
        held.forEach(RlsTransaction::rollback);
        over.complete(report);
    }

    /** Counts a question; every one that is let in has to be followed by {@link #told}. */
    synchronized void ask() {
        if (closed) {
            throw ended();
        }
        if (asking >= limits.maxConcurrent()) {
            throw new GheeException(
                    ErrorCode.QUOTA_RATE_LIMIT,
                    "One call may wait for " + limits.maxConcurrent() + " answers at the same time");
        }
        asking++;
    }

    synchronized void told() {
        asking--;
    }

    synchronized void openTransaction() {
        if (transactions.size() + opening >= limits.maxTransactions()) {
            throw new GheeException(
                    ErrorCode.QUOTA_RATE_LIMIT,
                    "One call may hold " + limits.maxTransactions() + " transactions at the same time");
        }
        opening++;
    }

    /** False when the call ended meanwhile: the transaction is then the caller's to undo. */
    synchronized boolean opened(String id, @Nullable RlsTransaction transaction) {
        opening--;
        if (closed || transaction == null) {
            return false;
        }
        transactions.put(id, transaction);
        return true;
    }

    synchronized void forget(String id) {
        transactions.remove(id);
    }

    synchronized RlsTransaction transaction(String id) {
        RlsTransaction found = transactions.get(id);
        if (found == null) {
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The transaction is over");
        }
        return found;
    }

    synchronized RlsTransaction take(String id) {
        RlsTransaction found = transaction(id);
        transactions.remove(id);
        return found;
    }

    static GheeException ended() {
        return new GheeException(ErrorCode.AUTH_FORBIDDEN, "The call is over");
    }

    /** Without the capability. */
    @Override
    public String toString() {
        return "Invocation[" + grant.app().appId() + " " + grant.function() + "]";
    }
}

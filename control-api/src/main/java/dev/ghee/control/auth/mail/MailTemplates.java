package dev.ghee.control.auth.mail;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.store.Waiting;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The apps' own templates in the control database. A change is in force here at once, and in other processes five
 * seconds later. Waits: call from a virtual thread.
 */
@ApplicationScoped
class MailTemplates {
    private static final Duration KNOWN = Duration.ofSeconds(5);
    private static final int MAX_KNOWN = 1_000;

    private static final String READ =
            "SELECT purpose, subject, text_body, html_body FROM mail_template WHERE app_id = $1";
    private static final String PUT = """
            INSERT INTO mail_template (app_id, purpose, subject, text_body, html_body) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (app_id, purpose) DO UPDATE
              SET subject = excluded.subject, text_body = excluded.text_body, html_body = excluded.html_body,
                  updated_at = now()""";
    private static final String DELETE = "DELETE FROM mail_template WHERE app_id = $1 AND purpose = $2";

    private final Pool control;
    private final Cache<AppId, Map<MailPurpose, MailTemplate>> known =
            Caffeine.newBuilder().expireAfterWrite(KNOWN).maximumSize(MAX_KNOWN).build();

    MailTemplates(Pool control) {
        this.control = control;
    }

    Map<MailPurpose, MailTemplate> of(AppId app) {
        Map<MailPurpose, MailTemplate> templates = known.getIfPresent(app);
        if (templates == null) {
            templates = read(app);
            known.put(app, templates);
        }
        return templates;
    }

    private Map<MailPurpose, MailTemplate> read(AppId app) {
        Map<MailPurpose, MailTemplate> templates = new EnumMap<>(MailPurpose.class);
        for (Row row : Waiting.on(() -> control.preparedQuery(READ).execute(Tuple.of(app.value())))) {
            MailPurpose.named(row.getString("purpose"))
                    .ifPresent(purpose -> templates.put(
                            purpose,
                            new MailTemplate(
                                    row.getString("subject"), row.getString("text_body"), row.getString("html_body"))));
        }
        return templates;
    }

    void put(AppId app, MailPurpose purpose, MailTemplate template) {
        Tuple parameters =
                Tuple.of(app.value(), purpose.wireName(), template.subject(), template.text(), template.html());
        Waiting.on(() -> control.preparedQuery(PUT).execute(parameters));
        known.invalidate(app);
    }

    void delete(AppId app, MailPurpose purpose) {
        Waiting.on(() -> control.preparedQuery(DELETE).execute(Tuple.of(app.value(), purpose.wireName())));
        known.invalidate(app);
    }
}

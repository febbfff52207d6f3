package dev.ghee.control.auth.mail;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.IfSectionHelper;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.ValueResolvers;
import io.quarkus.qute.Variant;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fills templates that customers wrote. They see the variables of their purpose and nothing else: no loops, no
 * includes, no methods, no properties of values, so that neither data of the platform nor its processors are theirs.
 */
@ApplicationScoped
class MailRenderer {
    private static final int MAX_SUBJECT = 200;
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_SECTIONS = 100;
    private static final String HTML = "text/html";

    private final Engine engine = Engine.builder()
            .addSectionHelper(new IfSectionHelper.Factory())
            .addValueResolver(ValueResolvers.mapResolver())
            .addResultMapper(new HtmlEscaper(List.of(HTML)))
            .strictRendering(true)
            .build();

    /** The mail; values are escaped in its HTML. Fails with {@link TemplateException}. */
    Message render(MailTemplate template, String to, Map<String, String> values) {
        String subject = fill(template.subject(), Variant.TEXT_PLAIN, values);
        return new Message(
                to,
                subject.replaceAll("\\p{Cntrl}+", " ").strip(),
                fill(template.text(), Variant.TEXT_PLAIN, values),
                template.html() == null ? null : fill(template.html(), HTML, values));
    }

    private String fill(String content, String type, Map<String, String> values) {
        return parse(content, type).data(values).render();
    }

    private Template parse(String content, String type) {
        return engine.parse(content, Variant.forContentType(type));
    }

    /** What is wrong with the template, in words for people; empty when nothing is. */
    Optional<Problem> problem(MailTemplate template, MailPurpose purpose) {
        return part("subject", template.subject(), MAX_SUBJECT, purpose)
                .or(() -> part("text", template.text(), MAX_BODY, purpose))
                .or(() ->
                        template.html() == null ? Optional.empty() : part("html", template.html(), MAX_BODY, purpose));
    }

    /** Which part, and why. */
    record Problem(String part, String message) {}

    private Optional<Problem> part(String name, String content, int limit, MailPurpose purpose) {
        if (content.isBlank() || content.length() > limit) {
            return Optional.of(new Problem(name, "Must have 1 to " + limit + " characters"));
        }
        if (content.split("\\{#", -1).length > MAX_SECTIONS) {
            return Optional.of(new Problem(name, "Must have fewer than " + MAX_SECTIONS + " sections"));
        }
        try {
            Template parsed = parse(content, name.equals("html") ? HTML : Variant.TEXT_PLAIN);
            for (Expression expression : parsed.getExpressions()) {
                if (!allowed(expression, purpose)) {
                    return Optional.of(new Problem(
                            name,
                            "{" + expression.toOriginalString() + "} is not one of "
                                    + purpose.variables().stream().sorted().toList()));
                }
            }
            Map<String, String> sample = new HashMap<>();
            purpose.variables().forEach(variable -> sample.put(variable, variable));
            return parsed.data(sample).render().isEmpty()
                    ? Optional.of(new Problem(name, "Must not be empty"))
                    : Optional.empty();
        } catch (TemplateException | IllegalArgumentException e) {
            return Optional.of(new Problem(name, "Is no template that can be filled"));
        }
    }

    private static boolean allowed(Expression expression, MailPurpose purpose) {
        if (expression.isLiteral()) {
            return true;
        }
        List<Expression.Part> parts = expression.getParts();
        return !expression.hasNamespace()
                && parts.size() == 1
                && !parts.getFirst().isVirtualMethod()
                && purpose.variables().contains(parts.getFirst().getName());
    }
}

package dev.ghee.realtime.policy.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What a policy reads of the viewer. */
sealed interface Settings extends Node {
    @Override
    default int sources() {
        return VIEWER;
    }

    /** {@code current_user_id()}: null for whoever is not a signed-in user. */
    record CurrentUserId() implements Settings {
        @Override
        public SqlType type() {
            return SqlType.Text.DEFAULT;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            String subject = scope.viewerClaims().subject();
            return subject.isEmpty() ? null : subject;
        }
    }

    /** {@code current_setting(…)} of a setting that every transaction of a request sets. */
    record Setting(Name name) implements Settings {
        enum Name {
            SUBJECT,
            CLAIMS,
            ROLE
        }

        @Override
        public SqlType type() {
            return SqlType.Text.DEFAULT;
        }

        @Override
        public Object value(Scope scope) {
            ViewerClaims viewer = scope.viewerClaims();
            return switch (name) {
                case SUBJECT -> viewer.subject();
                case CLAIMS -> viewer.claims();
                case ROLE -> viewer.role();
            };
        }
    }

    /** A text of the viewer's, cast to JSON. */
    record Json(SqlType type, Node text) implements Settings {
        @Override
        public @Nullable Object value(Scope scope) {
            Object value = text.value(scope);
            return value == null ? null : scope.viewerClaims().json(Convert.text(value));
        }
    }

    /** {@code json -> name}. */
    record Field(SqlType type, Node json, String name) implements Settings {
        @Override
        public @Nullable Object value(Scope scope) {
            JsonNode value = (JsonNode) json.value(scope);
            return value == null || !value.isObject() ? null : value.get(name);
        }
    }

    /** {@code json ->> name}. */
    record FieldText(Node json, String name) implements Settings {
        @Override
        public SqlType type() {
            return SqlType.Text.DEFAULT;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            JsonNode value = (JsonNode) json.value(scope);
            JsonNode field = value == null || !value.isObject() ? null : value.get(name);
            return field == null ? null : scope.viewerClaims().text(field);
        }
    }

    /** Fails for everybody: Postgres refuses the policy as a whole. */
    record Refused(SqlType type, String reason) implements Settings {
        @Override
        public @Nullable Object value(Scope scope) {
            throw new EvaluationException(reason);
        }
    }
}

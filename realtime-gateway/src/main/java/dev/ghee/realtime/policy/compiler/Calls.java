package dev.ghee.realtime.policy.compiler;

import java.util.List;

/** The functions and operators that read what is known of the viewer. */
final class Calls {
    private Calls() {}

    static Node typed(Expression.Call call, RuleBuilder rule) throws NotCompilableException {
        return switch (call.name()) {
            case "public.current_user_id" -> currentUserId(call, rule);
            case "current_setting" -> setting(call.arguments());
            case "ARRAY" -> throw new NotCompilableException("an array of a subquery");
            default -> throw new NotCompilableException("the function " + call.name());
        };
    }

    private static Node currentUserId(Expression.Call call, RuleBuilder rule) throws NotCompilableException {
        if (!call.arguments().isEmpty() || !rule.table().definition().userId()) {
            throw new NotCompilableException("a current_user_id() that is not the platform's");
        }
        return new Settings.CurrentUserId();
    }

    private static Node setting(List<Expression> arguments) throws NotCompilableException {
        boolean literal = !arguments.isEmpty()
                && arguments.stream()
                        .allMatch(argument -> argument instanceof Expression.Literal given && given.text() != null);
        if (!literal || !(arguments.getFirst() instanceof Expression.Literal name)) {
            throw new NotCompilableException("a setting whose name is computed");
        }
        return new Settings.Setting(
                switch (String.valueOf(name.text())) {
                    case "request.jwt.claim.sub" -> Settings.Setting.Name.SUBJECT;
                    case "request.jwt.claims" -> Settings.Setting.Name.CLAIMS;
                    case "app.role", "role" -> Settings.Setting.Name.ROLE;
                    default -> throw new NotCompilableException("the setting " + name.text());
                });
    }

    /** {@code ->} or {@code ->>} with the name of a field. */
    static Node field(Node json, Expression name, boolean asText) throws NotCompilableException {
        if (!json.type().isJson()) {
            throw new NotCompilableException("-> on something other than the claims");
        }
        if (!(name instanceof Expression.Literal literal) || !literal.type().equals("text") || literal.text() == null) {
            throw new NotCompilableException("-> with something other than a name");
        }
        return asText
                ? new Settings.FieldText(json, literal.text())
                : new Settings.Field(json.type(), json, literal.text());
    }
}

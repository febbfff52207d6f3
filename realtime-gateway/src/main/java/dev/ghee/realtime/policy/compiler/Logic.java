package dev.ghee.realtime.policy.compiler;

import java.util.List;

/** Conditions made of conditions. */
sealed interface Logic extends Node.Condition {

    record And(List<Node> operands, int sources) implements Logic {
        And(List<Node> operands) {
            this(List.copyOf(operands), sourcesOf(operands));
        }

        @Override
        public Truth truth(Scope scope) {
            Truth result = Truth.TRUE;
            for (Node operand : operands) {
                result = result.and(operand.truth(scope));
                if (result == Truth.FALSE) {
                    return result;
                }
            }
            return result;
        }
    }

    record Or(List<Node> operands, int sources) implements Logic {
        Or(List<Node> operands) {
            this(List.copyOf(operands), sourcesOf(operands));
        }

        @Override
        public Truth truth(Scope scope) {
            Truth result = Truth.FALSE;
            for (Node operand : operands) {
                result = result.or(operand.truth(scope));
                if (result == Truth.TRUE) {
                    return result;
                }
            }
            return result;
        }
    }

    record Not(Node operand) implements Logic {
        @Override
        public int sources() {
            return operand.sources();
        }

        @Override
        public Truth truth(Scope scope) {
            return operand.truth(scope).not();
        }
    }

    record IsNull(Node operand) implements Logic {
        @Override
        public int sources() {
            return operand.sources();
        }

        @Override
        public Truth truth(Scope scope) {
            return Truth.of(operand.value(scope) == null);
        }
    }

    record IsTruth(Node operand, Truth wanted) implements Logic {
        @Override
        public int sources() {
            return operand.sources();
        }

        @Override
        public Truth truth(Scope scope) {
            return Truth.of(operand.truth(scope) == wanted);
        }
    }

    private static int sourcesOf(List<Node> operands) {
        int sources = 0;
        for (Node operand : operands) {
            sources |= operand.sources();
        }
        return sources;
    }
}

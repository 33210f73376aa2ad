// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.Map;
import java.util.OptionalLong;

/// A calculation with whole numbers and variables of one letter, such as `a*60-b`.
sealed interface Expression {
    /// The value, or nothing where a division leaves a remainder or has no result.
    OptionalLong evaluate(Map<Character, Long> values);

    /// A constant.
    record Whole(long value) implements Expression {
        @Override
        public OptionalLong evaluate(Map<Character, Long> values) {
            return OptionalLong.of(value);
        }
    }

    /// A number of the problem.
    record Variable(char name) implements Expression {
        @Override
        public OptionalLong evaluate(Map<Character, Long> values) {
            Long value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no number is called " + name);
            }
            return OptionalLong.of(value);
        }
    }

    /// An operation on two calculations.
    record Binary(char operator, Expression left, Expression right) implements Expression {
        @Override
        public OptionalLong evaluate(Map<Character, Long> values) {
            OptionalLong first = left.evaluate(values);
            OptionalLong second = right.evaluate(values);
            if (first.isEmpty() || second.isEmpty()) {
                return OptionalLong.empty();
            }
            long a = first.getAsLong();
            long b = second.getAsLong();
            return switch (operator) {
                case '+' -> OptionalLong.of(a + b);
                case '-' -> OptionalLong.of(a - b);
                case '*' -> OptionalLong.of(a * b);
                default -> b == 0 || a % b != 0 ? OptionalLong.empty() : OptionalLong.of(a / b);
            };
        }
    }

    /// Reads a calculation: `*` and `/` before `+` and `-`, each from left to right.
    ///
    /// Errors: anything else is an `IllegalArgumentException`.
    static Expression parse(String text) {
        for (String operators : new String[] {"+-", "*/"}) {
            for (int i = text.length() - 1; i > 0; i--) {
                if (operators.indexOf(text.charAt(i)) >= 0) {
                    return new Binary(
                            text.charAt(i),
                            parse(text.substring(0, i)),
                            parse(text.substring(i + 1)));
                }
            }
        }
        if (text.matches("[a-z]")) {
            return new Variable(text.charAt(0));
        }
        if (text.matches("[0-9]{1,6}")) {
            return new Whole(Long.parseLong(text));
        }
        throw new IllegalArgumentException("'" + text + "' is no calculation");
    }
}

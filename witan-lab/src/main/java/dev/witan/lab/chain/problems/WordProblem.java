// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.List;

/// A problem with its worked answer.
///
/// @param template name of the template it was made from
/// @param numbers the numbers it was drawn with, which with the template identify it
public record WordProblem(
        String template, List<Long> numbers, String question, String response, long answer) {
    public WordProblem {
        numbers = List.copyOf(numbers);
    }

    /// The problem as one item of a training text.
    public String item() {
        return "query : " + question + " response : " + response + "\n#### " + answer + "\n\0";
    }
}

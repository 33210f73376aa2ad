// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A named number, as charting tools plot it over the steps.
///
/// @param tag name with `/` between group and member, such as `train/loss`
/// @param value the number; may be NaN or infinite
public record Scalar(String tag, double value) {
    /// Creates a scalar.
    public Scalar {
        Objects.requireNonNull(tag, "tag");
    }

    /// The scalars that stand for an event. Numbers that are not known (NaN) in a [StepMetrics]'
    /// balance are left out, an unknown loss is not.
    public static List<Scalar> of(TrainingEvent event) {
        return switch (event) {
            case StepMetrics step -> step(step);
            case ValidationMetrics validation ->
                    List.of(
                            new Scalar("validation/nats_per_token", validation.natsPerToken()),
                            new Scalar("validation/nats_per_byte", validation.natsPerByte()));
            case RoutingMetrics routing -> routing(routing);
        };
    }

    /// The tag under which one layer's and iteration's number is plotted.
    static String routingTag(RoutingMetrics routing, String name) {
        return "routing/"
                + name
                + "/layer_"
                + routing.layer()
                + "_iteration_"
                + routing.iteration();
    }

    private static List<Scalar> step(StepMetrics step) {
        var scalars = new ArrayList<Scalar>();
        scalars.add(new Scalar("train/loss", step.loss()));
        scalars.add(new Scalar("train/auxiliary_loss", step.auxiliaryLoss()));
        scalars.add(new Scalar("train/learning_rate", step.learningRate()));
        scalars.add(new Scalar("train/gradient_norm", step.gradientNorm()));
        scalars.add(new Scalar("train/tokens", step.tokens()));
        scalars.add(new Scalar("speed/tokens_per_second", step.tokensPerSecond()));
        if (!Double.isNaN(step.maxOverMean())) {
            scalars.add(new Scalar("routing/max_over_mean/all", step.maxOverMean()));
        }
        return List.copyOf(scalars);
    }

    private static List<Scalar> routing(RoutingMetrics routing) {
        var scalars = new ArrayList<Scalar>();
        scalars.add(new Scalar(routingTag(routing, "max_over_mean"), routing.maxOverMean()));
        scalars.add(new Scalar(routingTag(routing, "dead_experts"), routing.deadExperts()));
        scalars.add(new Scalar(routingTag(routing, "entropy"), routing.entropy()));
        scalars.add(new Scalar(routingTag(routing, "dropped_fraction"), routing.droppedFraction()));
        routing.overlapWithPrevious()
                .ifPresent(overlap ->
                        scalars.add(new Scalar(routingTag(routing, "overlap"), overlap)));
        return List.copyOf(scalars);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.metrics.TrainingEvent;
import dev.witan.train.metrics.ValidationMetrics;

import java.util.ArrayList;
import java.util.List;

/// What a [TrainingReport] shows. Parts that are empty are left out of the page.
///
/// @param title heading of the page
/// @param subtitle a line under it, such as date and command
/// @param tiles headline numbers
/// @param summary lists of facts: model, data, run
/// @param losses losses over the steps
/// @param routing routing measurements over the steps
/// @param expertLoads load of every layer and iteration, of the trained model
/// @param domainLoads load of every layer, iteration and domain, of the trained model
/// @param ablations losses with parts of the model disabled; the first is the intact model
/// @param provenance lists of facts from which the run can be repeated
public record ReportData(
        String title,
        String subtitle,
        KeyValues tiles,
        List<KeyValues> summary,
        LossHistory losses,
        List<RoutingMetrics> routing,
        List<ExpertLoad> expertLoads,
        List<DomainLoad> domainLoads,
        List<Ablation> ablations,
        List<KeyValues> provenance) {
    /// Creates data.
    public ReportData {
        summary = List.copyOf(summary);
        routing = List.copyOf(routing);
        expertLoads = List.copyOf(expertLoads);
        domainLoads = List.copyOf(domainLoads);
        ablations = List.copyOf(ablations);
        provenance = List.copyOf(provenance);
    }

    /// Collects the parts of a report; each setter replaces its part.
    ///
    /// Threads: one thread at a time.
    public static final class Builder {
        private final String title;
        private final String subtitle;
        private KeyValues tiles = KeyValues.titled("");
        private List<KeyValues> summary = List.of();
        private LossHistory losses = LossHistory.empty("nats per token");
        private List<RoutingMetrics> routing = List.of();
        private List<ExpertLoad> expertLoads = List.of();
        private List<DomainLoad> domainLoads = List.of();
        private List<Ablation> ablations = List.of();
        private List<KeyValues> provenance = List.of();

        private Builder(String title, String subtitle) {
            this.title = title;
            this.subtitle = subtitle;
        }

        /// Sets the headline numbers.
        public Builder tiles(KeyValues value) {
            tiles = value;
            return this;
        }

        /// Sets the lists of facts about model, data and run.
        public Builder summary(List<KeyValues> value) {
            summary = value;
            return this;
        }

        /// Sets the losses.
        public Builder losses(LossHistory value) {
            losses = value;
            return this;
        }

        /// Sets losses (training and validation in nats per token) and routing from a run's events,
        /// for instance those of `MetricsJson.read`; baselines that were set stay.
        public Builder events(List<? extends TrainingEvent> events) {
            var train = new ArrayList<Point>();
            var validation = new ArrayList<Point>();
            var routed = new ArrayList<RoutingMetrics>();
            for (TrainingEvent event : events) {
                switch (event) {
                    case StepMetrics step -> train.add(Point.of((double) step.step(), step.loss()));
                    case ValidationMetrics valid ->
                            validation.add(Point.of((double) valid.step(), valid.natsPerToken()));
                    case RoutingMetrics routingMetrics -> routed.add(routingMetrics);
                }
            }
            losses = new LossHistory(losses.unit(), train, validation, losses.baselines());
            routing = routed;
            return this;
        }

        /// Sets the routing measurements over the steps.
        public Builder routing(List<RoutingMetrics> value) {
            routing = value;
            return this;
        }

        /// Sets the trained model's load by layer and iteration.
        public Builder expertLoads(List<ExpertLoad> value) {
            expertLoads = value;
            return this;
        }

        /// Sets the trained model's load by layer, iteration and domain.
        public Builder domainLoads(List<DomainLoad> value) {
            domainLoads = value;
            return this;
        }

        /// Sets the ablations; the first is the intact model.
        public Builder ablations(List<Ablation> value) {
            ablations = value;
            return this;
        }

        /// Sets the lists of facts from which the run can be repeated.
        public Builder provenance(List<KeyValues> value) {
            provenance = value;
            return this;
        }

        /// The collected data.
        public ReportData build() {
            return new ReportData(
                    title,
                    subtitle,
                    tiles,
                    summary,
                    losses,
                    routing,
                    expertLoads,
                    domainLoads,
                    ablations,
                    provenance);
        }
    }

    /// Starts data with a heading and the line under it.
    public static Builder titled(String title, String subtitle) {
        return new Builder(title, subtitle);
    }
}

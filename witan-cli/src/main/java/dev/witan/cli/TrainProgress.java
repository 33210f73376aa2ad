// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.train.metrics.MetricsSink;
import dev.witan.train.metrics.ProgressLine;
import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.metrics.TrainingEvent;
import dev.witan.train.metrics.ValidationMetrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// Shows a run's events: a progress line on a terminal, a line now and then elsewhere.
final class TrainProgress implements MetricsSink {
    private static final double SMOOTHING = 0.1;
    private static final int WIDTH = 100;
    private static final Duration LINE_EVERY = Duration.ofSeconds(30);

    private final Console console;
    private final long steps;
    private final InstantSource clock;
    private Instant begin;
    private Instant printed;
    private long firstStep;
    private double loss = Double.NaN;
    private double speed = Double.NaN;

    TrainProgress(Console console, long steps, InstantSource clock) {
        this.console = console;
        this.steps = steps;
        this.clock = clock;
        this.begin = clock.instant();
        this.printed = begin;
    }

    /// The first step of this process is the one after `step`.
    void startsAt(long step) {
        firstStep = step;
        begin = clock.instant();
        printed = begin;
    }

    @Override
    public void accept(TrainingEvent event) {
        switch (event) {
            case StepMetrics step -> show(step);
            case ValidationMetrics validation ->
                    line(
                            String.format(
                                    Locale.ROOT,
                                    "step %d: validation %.4f nats per byte",
                                    validation.step(),
                                    validation.natsPerByte()));
            case RoutingMetrics _ -> {
                // In the files of the run.
            }
        }
    }

    private void show(StepMetrics step) {
        loss = smoothed(loss, step.loss());
        speed = smoothed(speed, step.tokensPerSecond());
        Instant now = clock.instant();
        var line =
                new ProgressLine(
                        step.step(),
                        steps,
                        firstStep,
                        loss,
                        speed,
                        step.maxOverMean(),
                        Duration.between(begin, now));
        if (console.errTerminal()) {
            console.progress(line.render(WIDTH, ProgressLine.Bar.LINES));
        } else if (Duration.between(printed, now).compareTo(LINE_EVERY) >= 0) {
            printed = now;
            console.note(line.render(WIDTH, ProgressLine.Bar.ASCII));
        }
    }

    private static double smoothed(double old, double value) {
        return Double.isNaN(old) ? value : old + SMOOTHING * (value - old);
    }

    private void line(String text) {
        console.clearProgress();
        console.note(text);
    }

    @Override
    public void close() {
        console.clearProgress();
    }
}

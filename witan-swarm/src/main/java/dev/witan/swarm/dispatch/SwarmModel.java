// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.moe.DispatchPlan;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.Rows;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// The experts of a model on other peers, for a caller that waits: [Dispatcher] behind a thread.
///
/// **Threads** any; layer calls may overlap each other but not the end of a step.
public final class SwarmModel {
    /// How much longer than the deadline a thread waits before it takes the event loop for dead.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Dispatcher dispatcher;
    private final Map<Integer, Integer> backwardCalls = new HashMap<>();

    /// A model whose calls go through `dispatcher`, which nobody else uses.
    public SwarmModel(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /// What the calls came to so far.
    public DispatchCounters.Snapshot counters() {
        return dispatcher.counters();
    }

    ForwardResult forward(int layer, DispatchPlan plan, Rows tokens, boolean forBackward) {
        ForwardResult result =
                await(
                        dispatcher.limits().deadline(),
                        done -> dispatcher.forward(layer, plan, tokens, forBackward, done));
        if (result != null) {
            return result;
        }
        var all = new BitSet();
        all.set(0, plan.rows());
        return new ForwardResult(layer, Rows.zeros(plan.rows(), tokens.width()), all, List.of());
    }

    BackwardResult backward(ForwardResult forward, Rows gradRows) {
        BackwardResult result =
                await(
                        dispatcher.limits().deadline(),
                        done -> {
                            int iteration = backwardCalls.merge(forward.layer(), 1, Integer::sum);
                            var call = new CallName(dispatcher.step(), iteration - 1);
                            dispatcher.backward(forward, call, gradRows, done);
                        });
        return result != null
                ? result
                : new BackwardResult(
                        Rows.zeros(gradRows.count(), gradRows.width()), gradRows.count());
    }

    /// First phase of a step's end: the sizes of all experts' gradients, from their hosts.
    public StepOutcome.Prepared prepare() {
        StepOutcome.Prepared outcome =
                await(dispatcher.limits().stepDeadline(), dispatcher::prepare);
        return outcome != null ? outcome : new StepOutcome.Prepared(List.of(), List.of(), 0);
    }

    /// Second phase: every host that prepared applies the step. The next step begins.
    public StepOutcome.Committed commit(AdamWUpdate update) {
        StepOutcome.Committed outcome =
                await(
                        dispatcher.limits().stepDeadline(),
                        done -> {
                            backwardCalls.clear();
                            dispatcher.commit(update, done);
                        });
        return outcome != null ? outcome : new StepOutcome.Committed(List.of());
    }

    /// Gives the open step up, as after a gradient that is not finite. The next step begins.
    public void abandon() {
        dispatcher
                .loop()
                .execute(() -> {
                    backwardCalls.clear();
                    dispatcher.abandon();
                });
    }

    /// Runs a call on the event loop and waits for it, at most a little longer than it may take.
    ///
    /// @return null if the event loop has ended
    private <T> @Nullable T await(Duration deadline, Consumer<Consumer<T>> call) {
        var future = new CompletableFuture<T>();
        dispatcher.loop().execute(() -> start(call, future));
        boolean interrupted = false;
        long end = System.nanoTime() + deadline.plus(GRACE).toNanos();
        try {
            while (true) {
                try {
                    return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return null;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException known) {
                        throw known;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> void start(Consumer<Consumer<T>> call, CompletableFuture<T> future) {
        try {
            call.accept(future::complete);
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }
}

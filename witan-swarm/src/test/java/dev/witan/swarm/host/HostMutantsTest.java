// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.host.SwarmSimulation.Parts;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Hosts and callers that get one thing wrong: the simulation notices each.
@Tag("mutants")
final class HostMutantsTest {
    private static final int SEEDS = 200;

    @ParameterizedTest
    @MethodSource("mutants")
    void isFound(String symptom, Parts parts) {
        List<String> found = new ArrayList<>();
        boolean seen = false;
        for (long seed = 0; seed < SEEDS && !seen; seed++) {
            found.addAll(new SwarmSimulation(seed, parts).run());
            seen = found.stream().anyMatch(what -> what.contains(symptom));
        }
        assertThat(seen).as("%s", found).isTrue();
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                rules(
                        "no deduplication",
                        "twice",
                        new HostRules() {
                            @Override
                            boolean applied(Set<UpdateId> applied, UpdateId id) {
                                return false;
                            }
                        }),
                rules(
                        "one accumulator for all trainers",
                        "one commit applies",
                        new HostRules() {
                            @Override
                            TrainerId owner(TrainerId trainer) {
                                return new TrainerId("everybody", SimulatedHost.peer(0));
                            }
                        }),
                rules(
                        "commit without prepare",
                        "lost silently",
                        new HostRules() {
                            @Override
                            boolean mayCommit(boolean prepared, long openStep, long step) {
                                return true;
                            }
                        }),
                rules(
                        "the same commit again",
                        "step was applied twice",
                        new HostRules() {
                            @Override
                            boolean mayCommit(boolean prepared, long openStep, long step) {
                                return true;
                            }

                            @Override
                            boolean committed(long committedStep, long step) {
                                return false;
                            }
                        }),
                rules(
                        "not finite accepted",
                        "not finite",
                        new HostRules() {
                            @Override
                            boolean acceptable(Rows rows) {
                                return true;
                            }
                        }),
                rules(
                        "handles never expire",
                        "for ever",
                        new HostRules() {
                            @Override
                            long keptNow(long now) {
                                return 0;
                            }
                        }),
                rules(
                        "stale accepted",
                        "saw version",
                        new HostRules() {
                            @Override
                            boolean stale(long version, long seen, long maxStaleness) {
                                return false;
                            }
                        }),
                rules(
                        "contributions after prepare",
                        "changed after",
                        new HostRules() {
                            @Override
                            boolean closed(
                                    boolean prepared,
                                    long committedStep,
                                    long openStep,
                                    long step) {
                                return step <= committedStep || step < openStep;
                            }
                        }),
                transport("new name when sent again", "twice", RenamingTransport::new),
                transport(
                        "zeros passed off as an answer",
                        "neither answered nor flagged",
                        ZeroingTransport::new));
    }

    private static Arguments rules(String name, String symptom, HostRules rules) {
        return Arguments.argumentSet(name, symptom, new Parts(rules, UnaryOperator.identity()));
    }

    private static Arguments transport(
            String name, String symptom, UnaryOperator<ExpertTransport> transports) {
        return Arguments.argumentSet(name, symptom, new Parts(HostRules.STANDARD, transports));
    }

    /// Gives every request a name of its own.
    private record RenamingTransport(ExpertTransport inner) implements ExpertTransport {
        @Override
        @SuppressWarnings("unchecked") // a backward request is one of backward answers
        public <A> void send(
                PeerId peer, ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
            if (!(request instanceof BackwardRequest backward)) {
                inner.send(peer, request, whenAnswered);
                return;
            }
            UpdateId id = backward.update();
            var renamed =
                    new UpdateId(
                            id.trainer(),
                            id.step(),
                            id.layer(),
                            id.iteration(),
                            Math.toIntExact(request.head().requestId()));
            var copy =
                    new BackwardRequest(
                            backward.head(),
                            renamed,
                            backward.experts(),
                            backward.versions(),
                            backward.inputs(),
                            backward.gradient());
            inner.send(peer, (ExpertRequest<A>) copy, whenAnswered);
        }
    }

    /// Makes an answer of zeros out of a lost connection.
    private record ZeroingTransport(ExpertTransport inner) implements ExpertTransport {
        @Override
        @SuppressWarnings("unchecked") // a forward request is one of forward answers
        public <A> void send(
                PeerId peer, ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
            inner.send(
                    peer,
                    request,
                    reply -> {
                        if (reply instanceof Unreachable
                                && request instanceof ForwardRequest forward) {
                            int rows =
                                    forward.experts().stream()
                                            .mapToInt(part -> part.tokens().length)
                                            .sum();
                            var zeros =
                                    new ForwardAnswer(
                                            Rows.zeros(rows, forward.tokens().width()),
                                            new long[forward.experts().size()],
                                            0);
                            whenAnswered.accept((ExpertReply<A>) new Completed<>(zeros));
                        } else {
                            whenAnswered.accept(reply);
                        }
                    });
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.PeerId;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class ProposalTest {
    private static List<PeerId> peers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new PeerId(String.format("%064x", i)))
                .toList();
    }

    @Test
    void aMajorityIsMoreThanHalf() {
        assertThat(IntStream.rangeClosed(1, 7).map(Proposal::majority))
                .containsExactly(1, 2, 2, 3, 3, 4, 4);
    }

    @Test
    void strangersAndRepetitionsDoNotCount() {
        List<PeerId> peers = peers(4);
        var proposal = new Proposal<>(new Ballot(1, peers.get(0)), peers.subList(0, 3), "own");
        assertThat(proposal.promised(peers.get(3), Optional.empty())).isEmpty();
        assertThat(proposal.promised(peers.get(1), Optional.empty())).isEmpty();
        assertThat(proposal.promised(peers.get(1), Optional.empty())).isEmpty();
        assertThat(proposal.accepted(peers.get(1))).isEmpty();
        assertThat(proposal.promised(peers.get(0), Optional.empty())).contains("own");
        assertThat(proposal.accepted(peers.get(3))).isEmpty();
        assertThat(proposal.accepted(peers.get(0))).isEmpty();
        assertThat(proposal.accepted(peers.get(2))).contains("own");
    }

    /// Proposers that interleave at random with acceptors that answer at random: one value is
    /// chosen.
    @Test
    void atMostOneValueIsEverChosen() {
        int chosenAtAll = 0;
        for (long seed = 0; seed < 2000; seed++) {
            Set<String> chosen = history(new SplittableRandom(seed));
            assertThat(chosen).as("seed %d", seed).hasSizeLessThan(2);
            chosenAtAll += chosen.size();
        }
        assertThat(chosenAtAll).isGreaterThan(500);
    }

    private static Set<String> history(SplittableRandom random) {
        List<PeerId> peers = peers(1 + random.nextInt(5));
        List<Acceptor<String>> acceptors = new ArrayList<>();
        peers.forEach(_ -> acceptors.add(Acceptor.fresh()));
        List<Proposal<String>> proposals = new ArrayList<>();
        List<Optional<String>> asked = new ArrayList<>();
        Set<String> chosen = new HashSet<>();
        for (int step = 0; step < 120; step++) {
            if (proposals.isEmpty() || random.nextInt(12) == 0) {
                var ballot = new Ballot(proposals.size(), peers.get(random.nextInt(peers.size())));
                proposals.add(new Proposal<>(ballot, peers, "value " + proposals.size()));
                asked.add(Optional.empty());
            }
            int p = random.nextInt(Math.max(0, proposals.size() - 3), proposals.size());
            int a = random.nextInt(peers.size());
            Proposal<String> proposal = proposals.get(p);
            Acceptor<String> acceptor = acceptors.get(a);
            if (!acceptor.admits(proposal.ballot())) {
                continue;
            }
            if (asked.get(p).isEmpty()) {
                acceptors.set(a, acceptor.promise(proposal.ballot()));
                asked.set(p, proposal.promised(peers.get(a), acceptor.accepted()));
            } else {
                acceptors.set(a, acceptor.accept(proposal.ballot(), asked.get(p).get()));
                proposal.accepted(peers.get(a)).ifPresent(chosen::add);
            }
        }
        return chosen;
    }
}

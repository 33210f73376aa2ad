// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.RequestHead;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;

import java.time.Duration;
import java.util.List;

/// One request of each kind.
final class Samples {
    static final String MODEL = "m";
    static final TrainerId TRAINER = new TrainerId("run", new PeerId("ab".repeat(32)));
    static final RequestHead HEAD = new RequestHead(7, TRAINER, MODEL, Duration.ofSeconds(5));
    static final List<ExpertRows> EXPERTS =
            List.of(new ExpertRows(0, new int[] {0, 2}), new ExpertRows(3, new int[] {1}));
    static final UpdateId UPDATE = new UpdateId(TRAINER, 5, 1, 2, 3);

    private Samples() {}

    static Rows rows(int count, int width) {
        Rows rows = Rows.zeros(count, width);
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < width; c++) {
                rows.set(r, c, 100 * r + c + 0.5f);
            }
        }
        return rows;
    }

    static ForwardRequest forward(int tokens, int width) {
        return new ForwardRequest(HEAD, 1, EXPERTS, rows(tokens, width), true);
    }

    static List<ExpertRequest<?>> requests() {
        long[] versions = {4, 9};
        return List.of(
                forward(3, 5),
                new ForwardRequest(HEAD, 0, List.of(), rows(0, 5), false),
                new BackwardRequest(
                        HEAD, UPDATE, EXPERTS, versions, new Inputs.Held(-5), rows(3, 5)),
                new BackwardRequest(
                        HEAD, UPDATE, EXPERTS, versions, new Inputs.Sent(rows(3, 5)), rows(3, 5)),
                new PrepareRequest(HEAD, 5, List.of(UPDATE)),
                new PrepareRequest(HEAD, 0, List.of()),
                new CommitRequest(HEAD, 5, new AdamWUpdate(1.5, 1e-3, 0.01, 0.9, 0.95, 1e-8, 6)));
    }
}

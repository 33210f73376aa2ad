// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.moe.DispatchPlan;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.Rows;

import java.util.ArrayList;
import java.util.List;

/// The part of a layer call that goes to one peer in one request: all its experts, and every token
/// they want once.
///
/// @param peer who is asked
/// @param number number of this request within the layer call
/// @param experts rows by expert, experts ascending
/// @param tokens the distinct tokens `[T,D]`
/// @param planRows row of the plan for each row of the request
record Share(PeerId peer, int number, List<ExpertRows> experts, Rows tokens, int[] planRows) {
    /// The part of `plan` that the given experts make up.
    ///
    /// @param experts ascending, each with at least one row
    /// @param all all tokens of the plan
    static Share of(PeerId peer, int number, DispatchPlan plan, List<Integer> experts, Rows all) {
        int[] place = new int[plan.tokens()];
        int rows = 0;
        for (int e : experts) {
            rows += plan.rowsOf(e);
            for (int row = plan.firstRow(e); row < plan.firstRow(e) + plan.rowsOf(e); row++) {
                place[plan.token(row)] = 1;
            }
        }
        int distinct = 0;
        for (int wanted : place) {
            distinct += wanted;
        }
        Rows tokens = Rows.zeros(distinct, all.width());
        int next = 0;
        for (int token = 0; token < place.length; token++) {
            if (place[token] == 1) {
                tokens.copyRow(next, all, token);
                place[token] = next++;
            }
        }
        int[] planRows = new int[rows];
        List<ExpertRows> parts = new ArrayList<>();
        int at = 0;
        for (int e : experts) {
            int[] places = new int[plan.rowsOf(e)];
            for (int i = 0; i < places.length; i++) {
                int row = plan.firstRow(e) + i;
                places[i] = place[plan.token(row)];
                planRows[at++] = row;
            }
            parts.add(new ExpertRows(e, places));
        }
        return new Share(peer, number, List.copyOf(parts), tokens, planRows);
    }

    /// Number of rows.
    int rows() {
        return planRows.length;
    }

    /// Copies the rows of an answer to their places in the plan.
    void scatter(Rows answer, Rows all) {
        for (int i = 0; i < planRows.length; i++) {
            all.copyRow(planRows[i], answer, i);
        }
    }

    /// The rows of the plan that belong to this request.
    Rows gather(Rows all) {
        Rows own = Rows.zeros(planRows.length, all.width());
        for (int i = 0; i < planRows.length; i++) {
            own.copyRow(i, all, planRows[i]);
        }
        return own;
    }

    /// Whether rows have the shape of an answer and only finite values: nothing else from a peer
    /// gets into the trunk.
    boolean accepts(Rows answer) {
        return answer.count() == planRows.length
                && answer.width() == tokens.width()
                && answer.finite();
    }
}

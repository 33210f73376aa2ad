// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.sim;

import java.util.HashSet;
import java.util.Set;

/// Messages between places of a simulation, with faults; links can be cut in one direction.
///
/// @param <P> names of places
public final class LossyNetwork<P> {
    private final Simulation simulation;
    private final Set<Link<P>> cut = new HashSet<>();
    private NetworkFaults faults;
    private long lost;
    private long duplicated;

    private record Link<P>(P from, P to) {}

    /// A network with the given faults.
    public LossyNetwork(Simulation simulation, NetworkFaults faults) {
        this.simulation = simulation;
        this.faults = faults;
    }

    /// Changes the faults of messages sent from now on.
    public void setFaults(NetworkFaults next) {
        faults = next;
    }

    /// Cuts the way from one place to another; messages under way still arrive.
    public void cut(P from, P to) {
        cut.add(new Link<>(from, to));
    }

    /// Mends the way from one place to another.
    public void heal(P from, P to) {
        cut.remove(new Link<>(from, to));
    }

    /// Sends a message.
    ///
    /// @param delivery what happens when it arrives, each time it does
    public void send(P from, P to, Runnable delivery) {
        if (cut.contains(new Link<>(from, to)) || simulation.chance(faults.loss())) {
            lost++;
            return;
        }
        simulation.after(delay(), delivery);
        if (simulation.chance(faults.duplication())) {
            duplicated++;
            simulation.after(delay(), delivery);
        }
    }

    private long delay() {
        long usual =
                simulation.random().nextLong(faults.minDelayNanos(), faults.maxDelayNanos() + 1);
        return simulation.chance(faults.straggling())
                ? usual + simulation.random().nextLong(100 * faults.maxDelayNanos() + 1)
                : usual;
    }

    /// Messages that never arrived.
    public long lost() {
        return lost;
    }

    /// Messages that arrived twice.
    public long duplicated() {
        return duplicated;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.EventLoop;
import dev.witan.testkit.sim.Simulation;

import java.time.Duration;

/// The event loop of a simulated process; what it had planned dies with it.
final class SimulatedLoop implements EventLoop {
    private final Simulation simulation;
    private boolean alive = true;

    SimulatedLoop(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public long nanoTime() {
        return simulation.now();
    }

    @Override
    public void execute(Runnable task) {
        simulation.after(0, () -> run(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return simulation.after(delay.toNanos(), () -> run(task))::cancel;
    }

    private void run(Runnable task) {
        if (alive) {
            task.run();
        }
    }

    void kill() {
        alive = false;
    }
}

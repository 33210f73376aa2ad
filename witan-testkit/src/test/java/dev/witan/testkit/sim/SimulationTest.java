// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class SimulationTest {
    @Test
    void eventsHappenInOrderAndTimePassesWithThem() {
        var simulation = new Simulation(1);
        List<String> seen = new ArrayList<>();
        simulation.after(20, () -> seen.add("c" + simulation.now()));
        simulation.after(10, () -> seen.add("a" + simulation.now()));
        simulation.after(10, () -> seen.add("b" + simulation.now()));
        simulation.after(15, () -> seen.add("never")).cancel();
        simulation.after(-5, () -> simulation.after(30, () -> seen.add("d" + simulation.now())));
        assertThat(simulation.run(100)).isTrue();
        assertThat(seen).containsExactly("a10", "b10", "c20", "d30");
    }

    @Test
    void aRunIsBounded() {
        var simulation = new Simulation(1);
        again(simulation);
        assertThat(simulation.run(50)).isFalse();
        assertThat(simulation.now()).isEqualTo(50);
    }

    private static void again(Simulation simulation) {
        simulation.after(1, () -> again(simulation));
    }

    @Test
    void oneSeedIsOneCourse() {
        assertThat(course(5)).isEqualTo(course(5));
        assertThat(course(5)).isNotEqualTo(course(6));
    }

    private static long course(long seed) {
        var simulation = new Simulation(seed);
        var network =
                new LossyNetwork<String>(
                        simulation, new NetworkFaults(0.2, 0.3, 1_000, 9_000_000, 0.1));
        for (int i = 0; i < 100; i++) {
            String name = "m" + i;
            network.send("a", "b", () -> simulation.note(name));
        }
        simulation.run(1000);
        return simulation.digest();
    }

    @Test
    void aNetworkLosesRepeatsAndOvertakes() {
        var simulation = new Simulation(2);
        var network =
                new LossyNetwork<String>(simulation, new NetworkFaults(0.2, 0.3, 0, 1_000, 0));
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            network.send("a", "b", () -> arrived.add(number));
        }
        simulation.run(10_000);
        assertThat(network.lost()).isBetween(120L, 280L);
        assertThat(arrived).hasSize((int) (1000 - network.lost() + network.duplicated()));
        assertThat(arrived).isNotEqualTo(arrived.stream().sorted().toList());
    }

    @Test
    void aCutIsOneWayAndHeals() {
        var simulation = new Simulation(3);
        var network = new LossyNetwork<String>(simulation, NetworkFaults.none(7));
        List<String> arrived = new ArrayList<>();
        network.cut("a", "b");
        network.send("a", "b", () -> arrived.add("lost"));
        network.send("b", "a", () -> arrived.add("back"));
        network.heal("a", "b");
        network.send("a", "b", () -> arrived.add("there"));
        simulation.run(10);
        assertThat(arrived).containsExactly("back", "there");
        assertThat(simulation.now()).isEqualTo(7);
    }
}

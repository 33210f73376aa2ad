// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.layer.ChainConfig.Block;
import dev.witan.moe.layer.ChainConfig.Shared;

import java.util.ArrayList;
import java.util.List;

/// The systems of the two budgets and the questions asked of them.
///
/// A mixture in the block "as coded" is a chain of one iteration in that block, as the published
/// code has it.
final class ChainSystems {
    private static final double CHAIN_GAIN = 1.1211 - 1.1958;

    private ChainSystems() {}

    private static final ChainSystem MOE =
            ChainSystem.nano("moe-8-64", "MoE(8/64)", 8, 64, ChainConfig.asCoded(1));
    private static final ChainSystem COE =
            ChainSystem.nano("coe2-4-64", "CoE-2(4/64)", 4, 64, ChainConfig.asCoded(2));
    private static final ChainSystem ISO_FLOP =
            ChainSystem.nano("moe-9-64", "MoE(9/64)", 9, 64, ChainConfig.asCoded(1));
    private static final ChainSystem MOE_STANDARD =
            ChainSystem.nano(
                    "moe-8-64-standard", "MoE(8/64) standard", 8, 64, ChainConfig.standard(1));
    private static final ChainSystem COE_STANDARD =
            ChainSystem.nano(
                    "coe2-4-64-standard", "CoE-2(4/64) standard", 4, 64, ChainConfig.standard(2));
    private static final ChainSystem SHARED_ONCE =
            ChainSystem.nano(
                    "coe2-4-64-shared-once",
                    "CoE-2(4/64) shared once",
                    4,
                    64,
                    new ChainConfig(2, true, true, false, Shared.ONCE, Block.AS_CODED));
    private static final ChainSystem SHARED_GATE =
            ChainSystem.nano(
                    "coe2-4-64-shared-gate",
                    "CoE-2(4/64) shared gate",
                    4,
                    64,
                    new ChainConfig(2, false, true, false, Shared.PER_ITERATION, Block.AS_CODED));
    private static final ChainSystem OUTER_RESIDUAL =
            ChainSystem.nano(
                    "coe2-4-64-outer-residual",
                    "CoE-2(4/64) outer residual",
                    4,
                    64,
                    new ChainConfig(2, true, false, true, Shared.PER_ITERATION, Block.AS_CODED));
    private static final ChainSystem COE_48 =
            ChainSystem.nano("coe2-4-48", "CoE-2(4/48)", 4, 48, ChainConfig.asCoded(2));
    private static final ChainSystem DEEP =
            MOE.with("moe-8-64-8-layers", "MoE(8/64) 8 layers", 8, ChainSystem.WIDTH);

    /// 64 experts of width 66 have the weights of 48 of width 88.
    private static final ChainSystem MOE_NARROW =
            MOE.with("moe-8-64-width-66", "MoE(8/64) width 66", ChainSystem.LAYERS, 66);

    /// 48 experts of width 117 have nearly the weights of 64 of width 88.
    private static final ChainSystem COE_48_WIDE =
            COE_48.with("coe2-4-48-width-117", "CoE-2(4/48) width 117", ChainSystem.LAYERS, 117);

    /// Twelve expert passes each, the shared expert included.
    private static final List<ChainSystem> EQUAL_COMPUTE =
            List.of(
                    ChainSystem.nano("moe-11-64", "MoE(11/64)", 11, 64, ChainConfig.asCoded(1)),
                    ChainSystem.nano("coe2-5-64", "CoE-2(5/64)", 5, 64, ChainConfig.asCoded(2)),
                    ChainSystem.nano("coe3-3-64", "CoE-3(3/64)", 3, 64, ChainConfig.asCoded(3)));

    static List<ChainSystem> small() {
        return withRenormalised(List.of(MOE, COE, ISO_FLOP));
    }

    static List<ChainComparison> smallComparisons() {
        return List.of(
                new ChainComparison(
                        COE.name(), MOE.name(), "chain, weights as they are", CHAIN_GAIN),
                new ChainComparison(COE.name(), ISO_FLOP.name(), "chain at equal compute", null),
                new ChainComparison(norm(COE), norm(MOE), "chain, weights renormalised", null),
                new ChainComparison(
                        norm(COE),
                        norm(ISO_FLOP),
                        "chain at equal compute, weights renormalised",
                        null));
    }

    static List<ChainGroup> smallGroups() {
        return List.of(group("systems", "Block as coded", small()));
    }

    static List<ChainSystem> paperNano() {
        var all =
                new ArrayList<>(
                        withRenormalised(List.of(MOE, COE, MOE_STANDARD, COE_STANDARD, ISO_FLOP)));
        all.addAll(List.of(SHARED_ONCE, SHARED_GATE, OUTER_RESIDUAL, COE_48, DEEP));
        all.addAll(List.of(MOE_NARROW, COE_48_WIDE));
        all.addAll(EQUAL_COMPUTE);
        return all;
    }

    static List<ChainComparison> paperNanoComparisons() {
        var all = new ArrayList<>(smallComparisons());
        all.add(against(COE_STANDARD, MOE_STANDARD, "chain in the standard block"));
        all.add(
                new ChainComparison(
                        norm(COE_STANDARD),
                        norm(MOE_STANDARD),
                        "chain in the standard block, weights renormalised",
                        null));
        all.add(against(SHARED_ONCE, COE, "shared expert in the first iteration only"));
        all.add(against(SHARED_GATE, COE, "one gate for both iterations"));
        all.add(against(OUTER_RESIDUAL, COE, "outer instead of inner residual"));
        all.add(
                new ChainComparison(
                        COE_48.name(),
                        MOE.name(),
                        "memory claim: 48 experts in a chain against 64",
                        1.2095 - 1.1958));
        all.add(against(COE_48, MOE_NARROW, "memory claim at the smaller size"));
        all.add(against(COE_48_WIDE, MOE, "memory claim at the larger size"));
        all.add(
                new ChainComparison(
                        COE.name(),
                        DEEP.name(),
                        "depth claim: a chain against 8 layers",
                        1.1211 - 1.1092));
        all.add(against(EQUAL_COMPUTE.get(1), EQUAL_COMPUTE.get(0), "C = 2 at equal compute"));
        all.add(against(EQUAL_COMPUTE.get(2), EQUAL_COMPUTE.get(0), "C = 3 at equal compute"));
        return all;
    }

    static List<ChainGroup> paperNanoGroups() {
        return List.of(
                group("as-coded", "Block as coded", small()),
                group(
                        "standard",
                        "Standard block",
                        withRenormalised(List.of(MOE_STANDARD, COE_STANDARD))),
                group(
                        "ablations",
                        "Ablations of the chain",
                        List.of(MOE, COE, SHARED_ONCE, SHARED_GATE, OUTER_RESIDUAL)),
                group(
                        "size",
                        "Memory and depth",
                        List.of(MOE, COE, COE_48, MOE_NARROW, COE_48_WIDE, DEEP)),
                group("iterations", "C = 1, 2, 3 at equal compute", EQUAL_COMPUTE));
    }

    private static List<ChainSystem> withRenormalised(List<ChainSystem> systems) {
        var all = new ArrayList<>(systems);
        systems.forEach(system -> all.add(system.renormalised()));
        return all;
    }

    private static ChainComparison against(ChainSystem first, ChainSystem second, String question) {
        return new ChainComparison(first.name(), second.name(), question, null);
    }

    private static ChainGroup group(String name, String title, List<ChainSystem> systems) {
        return new ChainGroup(name, title, systems.stream().map(ChainSystem::name).toList());
    }

    private static String norm(ChainSystem system) {
        return system.renormalised().name();
    }
}

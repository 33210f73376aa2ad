// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.balance;

import dev.witan.moe.Pass;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;

/// How strongly a layer's load is balanced and by which means; a coefficient of zero is off.
///
/// @param firstChoice coefficient of [BalanceLosses#firstChoice] (Switch, GShard)
/// @param expertLevel coefficient of [BalanceLosses#expertLevel] (DeepSeekMoE)
/// @param deviceLevel coefficient of [BalanceLosses#deviceLevel]
/// @param communication coefficient of [BalanceLosses#communication]
/// @param devices groups of experts for the two device losses
/// @param devicesMax most devices per token for the communication loss
/// @param sequenceLevel coefficient of [BalanceLosses#sequenceLevel]
/// @param normalisedSequence whether the sequence loss normalises scores (sigmoid routers)
/// @param routerZ coefficient of [BalanceLosses#routerZ]
/// @param ownLosses coefficient of the losses a router computes itself (noisy top-k)
/// @param pooled coefficient of [BalanceLosses#pooledOverLayers], applied by the model
/// @param biasUpdateRate step of the loss-free bias update after each optimiser step
public record BalanceConfig(
        double firstChoice,
        double expertLevel,
        double deviceLevel,
        double communication,
        int devices,
        int devicesMax,
        double sequenceLevel,
        boolean normalisedSequence,
        double routerZ,
        double ownLosses,
        double pooled,
        double biasUpdateRate) {
    /// No balancing.
    public static final BalanceConfig NONE =
            new BalanceConfig(0, 0, 0, 0, 1, 1, 0, false, 0, 0, 0, 0);

    /// Checks that coefficients are not negative.
    public BalanceConfig {
        double[] coefficients = {
            firstChoice,
            expertLevel,
            deviceLevel,
            communication,
            sequenceLevel,
            routerZ,
            ownLosses,
            pooled,
            biasUpdateRate
        };
        for (double coefficient : coefficients) {
            if (!(coefficient >= 0) || Double.isInfinite(coefficient)) {
                throw new IllegalArgumentException(
                        "balance coefficients must be >= 0, was " + coefficient);
            }
        }
        if (devices < 1 || devicesMax < 1) {
            throw new IllegalArgumentException(
                    "devices and devicesMax must be >= 1, were " + devices + ", " + devicesMax);
        }
    }

    /// Only the sequence-level loss, as DeepSeekMoE's code has it.
    public static BalanceConfig ofSequenceLevel(double coefficient) {
        return new BalanceConfig(0, 0, 0, 0, 1, 1, coefficient, false, 0, 0, 0, 0);
    }

    /// Only the expert-level loss.
    public static BalanceConfig ofExpertLevel(double coefficient) {
        return new BalanceConfig(0, coefficient, 0, 0, 1, 1, 0, false, 0, 0, 0, 0);
    }

    /// Only the loss pooled over layers.
    public static BalanceConfig ofPooled(double coefficient) {
        return new BalanceConfig(0, 0, 0, 0, 1, 1, 0, false, 0, 0, coefficient, 0);
    }

    /// The weighted losses of one layer's routing, scalars of the autograd graph.
    public List<Tensor> losses(Routing routing, Pass pass) {
        List<Tensor> losses = new ArrayList<>();
        if (routing.tokens() == 0) {
            return losses;
        }
        add(losses, firstChoice, () -> BalanceLosses.firstChoice(routing));
        add(losses, expertLevel, () -> BalanceLosses.expertLevel(routing));
        add(losses, deviceLevel, () -> BalanceLosses.deviceLevel(routing, devices));
        add(losses, communication, () -> BalanceLosses.communication(routing, devices, devicesMax));
        add(
                losses,
                sequenceLevel,
                () -> BalanceLosses.sequenceLevel(routing, pass.sequences(), normalisedSequence));
        add(losses, routerZ, () -> BalanceLosses.routerZ(routing));
        for (Routing.RouterLoss own : routing.losses()) {
            add(losses, ownLosses, own::value);
        }
        return losses;
    }

    private static void add(
            List<Tensor> losses, double coefficient, java.util.function.Supplier<Tensor> loss) {
        if (coefficient > 0) {
            losses.add(loss.get().mul(new Scalar(coefficient)));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import static dev.witan.testkit.reference.Algebra.linear;
import static dev.witan.testkit.reference.ReferenceAttention.beside;
import static dev.witan.testkit.reference.ReferenceAttention.columns;
import static dev.witan.testkit.reference.ReferenceAttention.heads;
import static dev.witan.testkit.reference.ReferenceAttention.rmsNorm;
import static dev.witan.testkit.reference.ReferenceAttention.rotate;

import dev.witan.testkit.reference.ReferenceAttention;
import dev.witan.testkit.reference.ReferenceAttention.Pairing;

/// The two kinds of attention of the families: grouped heads, and multi-head latent attention.
record DecoderAttention(DecoderConfig config, Weights weights) {
    /// The norms inside latent attention have an ε of their own, whatever `rms_norm_eps` is.
    private static final double LATENT_EPSILON = 1e-6;

    double[][] forward(double[][] x, String prefix) {
        return switch (config.family()) {
            case MIXTRAL, QWEN3_MOE, DEEPSEEK -> grouped(x, prefix);
            case DEEPSEEK_V3, COE_DEEPSEEKV2 -> latent(x, prefix);
        };
    }

    private double[][] grouped(double[][] x, String prefix) {
        double[][][] q = heads(project(x, prefix + "q_proj"), config.heads());
        int keyHeads = config.integer("num_key_value_heads");
        double[][][] k = heads(project(x, prefix + "k_proj"), keyHeads);
        double[][][] v = heads(project(x, prefix + "v_proj"), keyHeads);
        turn(q, prefix + "q_norm.weight");
        turn(k, prefix + "k_norm.weight");
        int size = weights.matrix(prefix + "q_proj.weight").length / config.heads();
        double[][] out = ReferenceAttention.causal(q, k, v, 1 / Math.sqrt(size));
        return project(out, prefix + "o_proj");
    }

    /// Norm per head, in the family that has one, then rotary positions.
    private void turn(double[][][] heads, String norm) {
        for (int h = 0; h < heads.length; h++) {
            double[][] normed =
                    weights.has(norm)
                            ? rmsNorm(heads[h], weights.vector(norm), config.epsilon())
                            : heads[h];
            heads[h] = rotate(normed, config.theta(), Pairing.HALVES);
        }
    }

    /// Source: DeepSeek-V2 2024, section 2.1.2: keys and values are up-projections of one latent
    /// vector; positions live in extra columns, and their key is shared by the heads.
    private double[][] latent(double[][] x, String prefix) {
        int nope = config.integer("qk_nope_head_dim");
        int rope = config.integer("qk_rope_head_dim");
        int rank = config.integer("kv_lora_rank");
        double[][] compressed = project(x, prefix + "kv_a_proj_with_mqa");
        double[][] sharedKey =
                rotate(columns(compressed, rank, rank + rope), config.theta(), Pairing.NEIGHBOURS);
        double[][] latent = norm(columns(compressed, 0, rank), prefix + "kv_a_layernorm");
        double[][][] keyValues = heads(project(latent, prefix + "kv_b_proj"), config.heads());
        double[][][] q = heads(queries(x, prefix), config.heads());
        var k = new double[config.heads()][][];
        var v = new double[config.heads()][][];
        for (int h = 0; h < config.heads(); h++) {
            double[][] turned =
                    rotate(columns(q[h], nope, nope + rope), config.theta(), Pairing.NEIGHBOURS);
            q[h] = beside(columns(q[h], 0, nope), turned);
            k[h] = beside(columns(keyValues[h], 0, nope), sharedKey);
            v[h] = columns(keyValues[h], nope, nope + config.integer("v_head_dim"));
        }
        double[][] out = ReferenceAttention.causal(q, k, v, 1 / Math.sqrt(nope + rope));
        return project(out, prefix + "o_proj");
    }

    private double[][] queries(double[][] x, String prefix) {
        if (weights.has(prefix + "q_proj.weight")) {
            return project(x, prefix + "q_proj");
        }
        double[][] low = norm(project(x, prefix + "q_a_proj"), prefix + "q_a_layernorm");
        return project(low, prefix + "q_b_proj");
    }

    private double[][] norm(double[][] x, String name) {
        return rmsNorm(x, weights.vector(name + ".weight"), LATENT_EPSILON);
    }

    private double[][] project(double[][] x, String name) {
        return linear(x, weights.matrix(name + ".weight"));
    }
}

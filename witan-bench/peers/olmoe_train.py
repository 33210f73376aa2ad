#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the OLMoE-shaped model of witan-bench with Hugging Face transformers and reports one JSON document.

Needs torch and transformers (which brings safetensors). Works with both forms of the experts:
transformers 4.57 holds each expert's matrices as parameters of their own ("separate"), 5.x one 3-D
parameter for all experts of a layer ("fused"). ../README.md has the formats.
"""
import argparse
import importlib
import json
import os
import platform
import statistics
import sys
import time

LAYERS, HIDDEN, HEADS, EXPERTS, EXPERT_WIDTH, TOP_K, VOCABULARY = 4, 256, 4, 64, 176, 8, 4096
AUX_COEFFICIENT = 0.01
LEARNING_RATE, WARMUP_STEPS, BETAS, EPSILON, WEIGHT_DECAY, CLIP_NORM = 1e-3, 100, (0.9, 0.95), 1e-8, 0.01, 1.0
MISSING_MODULE = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print versions, then the values of --experts; exit 3 if a module is missing")
    parser.add_argument("--init", metavar="FILE", help="safetensors: initial weights, per-expert names")
    parser.add_argument("--batches", metavar="FILE", help="safetensors: tokens, integers [steps, batch, length + 1]")
    parser.add_argument("--steps", type=int, default=12, help="optimiser steps in all")
    parser.add_argument("--warmup", type=int, default=2, help="first steps that the speed leaves out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--experts", choices=["separate", "eager", "grouped_mm"],
                        help="how experts are computed: separate with transformers 4, the others with 5 "
                             "(default: what the library does, separate or grouped_mm)")
    parser.add_argument("--out", metavar="FILE", help="where the JSON document goes (standard output if left out)")
    options = parser.parse_args()
    if not options.check:
        if not (options.init and options.batches):
            parser.error("--init and --batches are needed")
        if not 0 <= options.warmup < options.steps:
            parser.error(f"--warmup must be in [0, steps), was {options.warmup} of {options.steps}")
        if options.threads < 1:
            parser.error(f"--threads must be at least 1, was {options.threads}")
    return options


def require(*names):
    """Imports the modules; ends with status 3 and one line that names the first one that is missing."""
    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(name))
        except ImportError as error:
            print(f"{sys.executable}: no usable module {name} ({error})", file=sys.stderr)
            sys.exit(MISSING_MODULE)
    return modules


def expert_choices(transformers):
    """What --experts may be with this version; the library's own choice comes first."""
    return ["separate"] if int(transformers.__version__.split(".")[0]) < 5 else ["grouped_mm", "eager"]


def new_model(transformers, experts):
    config = transformers.OlmoeConfig(
        num_hidden_layers=LAYERS, hidden_size=HIDDEN, num_attention_heads=HEADS, num_key_value_heads=HEADS,
        intermediate_size=EXPERT_WIDTH, num_experts=EXPERTS, num_experts_per_tok=TOP_K, norm_topk_prob=False,
        vocab_size=VOCABULARY, rms_norm_eps=1e-5, tie_word_embeddings=False, router_aux_loss_coef=AUX_COEFFICIENT,
        # A padding id would stop the gradient of that row of the embedding.
        pad_token_id=None, bos_token_id=None, eos_token_id=None)
    choice = {} if experts == "separate" else {"experts_implementation": experts}
    return transformers.AutoModelForCausalLM.from_config(config, **choice)


def load_weights(torch, safetensors_torch, model, path):
    """Copies the file's weights into the model; every tensor of either side must find its partner."""
    weights = safetensors_torch.load_file(path)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("experts.gate_up_proj"):
                prefix = name.removesuffix("gate_up_proj")
                source = torch.stack([
                    torch.cat([weights.pop(f"{prefix}{e}.gate_proj.weight"), weights.pop(f"{prefix}{e}.up_proj.weight")])
                    for e in range(EXPERTS)])
            elif name.endswith("experts.down_proj"):
                prefix = name.removesuffix("down_proj")
                source = torch.stack([weights.pop(f"{prefix}{e}.down_proj.weight") for e in range(EXPERTS)])
            else:
                source = weights.pop(name)
            if source.shape != parameter.shape:
                sys.exit(f"{path}: {name} is {list(source.shape)}, the model needs {list(parameter.shape)}")
            parameter.copy_(source)
    if weights:
        sys.exit(f"{path}: {len(weights)} tensors have no place in the model, first {sorted(weights)[0]}")


def train(torch, model, batches, steps):
    """One row per step: LM loss, auxiliary loss (unscaled), gradient norm before clipping, seconds."""
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, betas=BETAS, eps=EPSILON, weight_decay=WEIGHT_DECAY, fused=True)
    model.train()
    rows = []
    for step in range(steps):
        inputs, targets = batches[step, :, :-1].contiguous(), batches[step, :, 1:].contiguous()
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / WARMUP_STEPS)
        start = time.perf_counter()
        output = model(input_ids=inputs, use_cache=False, output_router_logits=True)
        lm_loss = torch.nn.functional.cross_entropy(output.logits.view(-1, VOCABULARY), targets.view(-1))
        (lm_loss + AUX_COEFFICIENT * output.aux_loss).backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP_NORM)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seconds = time.perf_counter() - start
        rows.append((lm_loss.item(), output.aux_loss.item(), norm.item(), seconds))
        del output, lm_loss
    return rows


def peak_rss_bytes():
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def report(options, model, rows, tokens_per_step, versions):
    lm_loss, aux_loss, norms, seconds = (list(column) for column in zip(*rows))
    timed = seconds[options.warmup:]
    return {
        "system": f"transformers-{versions['transformers']}",
        "form": options.experts if options.experts == "separate" else f"fused, {options.experts}",
        "kernels": "float32",
        "threads": options.threads,
        "steps": options.steps,
        "warmup": options.warmup,
        "tokensPerStep": tokens_per_step,
        "lmLoss": lm_loss,
        "auxLoss": aux_loss,
        "loss": [lm + AUX_COEFFICIENT * aux for lm, aux in zip(lm_loss, aux_loss)],
        "gradientNorm": norms,
        "seconds": seconds,
        "tokensPerSecond": {
            "median": tokens_per_step / statistics.median(timed),
            "mean": tokens_per_step * len(timed) / sum(timed)},
        "peakRssBytes": peak_rss_bytes(),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "settings": {
            "learningRate": LEARNING_RATE, "warmupSteps": WARMUP_STEPS, "betas": BETAS, "epsilon": EPSILON, "weightDecay": WEIGHT_DECAY,
            "decayed": "all parameters", "clipNorm": CLIP_NORM, "auxCoefficient": AUX_COEFFICIENT,
            "optimizer": "torch.optim.AdamW, fused", "attention": model.config._attn_implementation},
        "versions": versions,
    }


def main():
    options = arguments()
    # Both pools are sized when the libraries load.
    os.environ.setdefault("OMP_NUM_THREADS", str(options.threads))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    torch, transformers, safetensors_torch = require("torch", "transformers", "safetensors.torch")
    if options.check:
        print(f"transformers-{transformers.__version__} torch-{torch.__version__}")
        print(*expert_choices(transformers))
        return
    choices = expert_choices(transformers)
    options.experts = options.experts or choices[0]
    if options.experts not in choices:
        sys.exit(f"transformers {transformers.__version__} has --experts {' or '.join(choices)}, not {options.experts}")
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = new_model(transformers, options.experts)
    load_weights(torch, safetensors_torch, model, options.init)
    batches = safetensors_torch.load_file(options.batches)["tokens"].to(torch.int64)
    if batches.shape[0] < options.steps:
        sys.exit(f"{options.batches}: {batches.shape[0]} batches, {options.steps} steps need as many")
    rows = train(torch, model, batches, options.steps)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__}
    document = json.dumps(report(options, model, rows, batches[0, :, 1:].numel(), versions), indent=1)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as out:
            out.write(document + "\n")
    else:
        print(document)


if __name__ == "__main__":
    main()

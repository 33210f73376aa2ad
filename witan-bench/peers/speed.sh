#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trains the same OLMoE-shaped model from the same weights over the same batches with Witan and with
# transformers, in turns, and prints speed, memory and the difference of the losses.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bench=$here/..

usage() {
    cat <<'END'
usage: speed.sh [--python PATH]... [--runs N] [--steps N] [--warmup N] [--loss-steps N]
                [--threads N] [--seed N] [--out DIR]

  --python PATH   a Python with torch and transformers; repeatable, e.g. one with
                  transformers 4.57 and one with 5.18 (which runs both ways it has
                  of computing experts)
  --runs N        alternating runs of every system (5)
  --steps N       training steps of such a run (12), of which
  --warmup N      the first are not timed (3)
  --loss-steps N  steps over which losses are compared (100); 0: not at all
  --threads N     (2)
  --seed N        of weights and batches (1)
  --out DIR       where samples and tables go (target/speed of witan-bench)

WITAN_BENCH_CMD: what runs Witan's side (witan-bench/run OlmoeTraining).
Exit: 0 all ran, 1 a run failed, 2 usage, 3 Witan ran but a peer is missing.
END
}

die_usage() {
    echo "speed.sh: $1" >&2
    usage >&2
    exit 2
}

number() {
    case $2 in
    '' | *[!0-9]*) die_usage "$1 needs a number, was '$2'" ;;
    esac
}

runs=5 steps=12 warmup=3 loss_steps=100 threads=2 seed=1
out=$bench/target/speed
peers=0
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --python | --runs | --steps | --warmup | --loss-steps | --threads | --seed | --out)
        [ $# -ge 2 ] || die_usage "$1 needs a value"
        ;;
    *) die_usage "unknown argument '$1'" ;;
    esac
    case $1 in
    --python)
        peers=$((peers + 1))
        eval "peer_$peers=\$2"
        ;;
    --out) out=$2 ;;
    --runs) number "$1" "$2" && runs=$2 ;;
    --steps) number "$1" "$2" && steps=$2 ;;
    --warmup) number "$1" "$2" && warmup=$2 ;;
    --loss-steps) number "$1" "$2" && loss_steps=$2 ;;
    --threads) number "$1" "$2" && threads=$2 ;;
    --seed) number "$1" "$2" && seed=$2 ;;
    esac
    shift 2
done
[ "$runs" -ge 1 ] || die_usage "--runs must be at least 1"
[ "$warmup" -lt "$steps" ] || die_usage "--warmup must be less than --steps ($steps), was $warmup"

mkdir -p "$out/raw" "$out/log"
rm -f "$out"/raw/*.json "$out"/log/*.log

# One contestant per Python and way of computing experts: python_N, experts_N.
missing=
contestants=
count=0
if [ "$peers" -eq 0 ]; then
    missing="no --python given"
fi
peer=1
while [ "$peer" -le "$peers" ]; do
    eval "python=\$peer_$peer"
    if found=$("$python" "$here/olmoe_train.py" --check 2>"$out/log/check-$peer.log"); then
        for experts in $(echo "$found" | tail -n 1); do
            count=$((count + 1))
            contestants="$contestants $count"
            eval "python_$count=\$python experts_$count=\$experts"
            echo "peer $count: $(echo "$found" | head -n 1), $experts" >&2
        done
    else
        reason=$(tail -n 1 "$out/log/check-$peer.log")
        missing="${missing:+$missing; }${reason:-$python does not run}"
    fi
    peer=$((peer + 1))
done

longest=$steps
if [ "$loss_steps" -gt "$longest" ]; then
    longest=$loss_steps
fi
"$bench/run" peers.MakeWork "$out/work" "$seed" "$longest"

witan() {
    if [ -n "${WITAN_BENCH_CMD:-}" ]; then
        # shellcheck disable=SC2086 # a command with its arguments
        $WITAN_BENCH_CMD "$@"
    else
        "$bench/run" OlmoeTraining "$@"
    fi
}

# train NAME SYSTEM STEPS WARMUP: one process; its sample is raw/NAME-LABEL.json
train() {
    case $2 in
    float32) label=0-witan-float32 ;;
    bf16) label=1-witan-bf16 ;;
    *) label=$(($2 + 1))-peer ;;
    esac
    file=$1-$label
    set -- "$2" --init "$out/work/init.safetensors" --batches "$out/work/batches.safetensors" \
        --steps "$3" --warmup "$4" --threads "$threads" --out "$out/raw/$file.json"
    system=$1
    shift
    echo "running $file" >&2
    status=0
    case $system in
    float32 | bf16)
        witan --kernels "$system" "$@" >"$out/log/$file.log" 2>&1 || status=$?
        ;;
    *)
        eval "python=\$python_$system experts=\$experts_$system"
        "$python" "$here/olmoe_train.py" --experts "$experts" "$@" >"$out/log/$file.log" 2>&1 || status=$?
        ;;
    esac
    if [ "$status" -ne 0 ] || [ ! -s "$out/raw/$file.json" ]; then
        echo "speed.sh: $file failed (status $status), see $out/log/$file.log:" >&2
        tail -n 3 "$out/log/$file.log" >&2
        exit 1
    fi
}

round=1
while [ "$round" -le "$runs" ]; do
    for system in float32 bf16 $contestants; do
        train "speed-$round" "$system" "$steps" "$warmup"
    done
    round=$((round + 1))
done
if [ "$loss_steps" -gt 0 ]; then
    for system in float32 bf16 $contestants; do
        train loss "$system" "$loss_steps" 0
    done
fi

"$bench/run" peers.SpeedReport "$out"
cat "$out/speed.md"
echo
echo "samples: $out/speed.json"
if [ -n "$missing" ]; then
    echo "speed.sh: peer missing: $missing" >&2
    exit 3
fi

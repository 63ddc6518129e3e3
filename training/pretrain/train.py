"""Train a GPT-2 from scratch, on one GPU (bfloat16, compiled) or a CPU (float32), within a time that is given.

    python3 -m pretrain.train --data tokens --out run --until $(($(date +%s) + 480))
    python3 -m pretrain.train --data tokens --out run --minutes 18 --call-minutes 9
    python3 -m pretrain.train --data tokens --out run --rehearsal

The learning rates follow the clock, so that the run ends annealed when its time is up, however fast the machine is. The same
command goes on with a run that stopped: after a crash from its last checkpoint, after --call-minutes from where it was. OUT then holds Hugging Face's files (model.safetensors, config.json), state.pt to go on from, and log.jsonl.

Muon (Jordan et al. 2024) for the layers' matrices, AdamW for the rest. --rehearsal runs for a minute and says whether speed,
loss and checkpoints are as they should be.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from .gpt2 import GPT2, Shape, load_model, save_model
from .schedule import learning_scale, momentum_at
from .token_data import TokenStream

SHOWN_EVERY_S = 15
# Windows of held-out text that the loss is measured on.
HELD_OUT_WINDOWS = 256


@dataclass
class Progress:
    step: int = 0
    tokens: int = 0
    # Of training alone, over all calls.
    seconds: float = 0.0


class Run:
    """A model with its optimizers and how far it is."""

    def __init__(self, args: argparse.Namespace, device: torch.device) -> None:
        torch.manual_seed(1)
        vocabulary = json.loads((args.data / 'tokens.json').read_text())['vocabulary']
        self.shape = Shape(vocabulary, args.context, args.width, args.layers, args.heads)
        self.model = GPT2(self.shape).to(device)
        matrices = self.model.matrices()
        others = [parameter for parameter in self.model.parameters() if not any(parameter is matrix for matrix in matrices)]
        self.optimizers = [
            torch.optim.Muon(matrices, lr=args.muon_lr, weight_decay=args.weight_decay, momentum=momentum_at(0)),
            torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.rates = [args.muon_lr, args.lr]
        self.progress = Progress()
        self.device = device

    def save(self, out: Path) -> None:
        """Each file appears whole or not at all."""
        save_model(self.model, out)
        draft = out / 'state.pt.part'
        state = {'model': self.model.state_dict(), 'optimizers': [one.state_dict() for one in self.optimizers]}
        torch.save({**state, 'progress': asdict(self.progress), 'shape': asdict(self.shape)}, draft)
        draft.rename(out / 'state.pt')

    def resume(self, out: Path) -> bool:
        if not (out / 'state.pt').exists():
            return False
        # Each optimizer puts its state where it wants it: AdamW's counts of steps are read by the CPU.
        state = torch.load(out / 'state.pt', map_location='cpu', weights_only=True)
        if state['shape'] != asdict(self.shape):
            raise SystemExit(f'{out} holds a run of another shape, {state["shape"]}: choose another --out.')
        self.model.load_state_dict(state['model'])
        for optimizer, saved in zip(self.optimizers, state['optimizers']):
            optimizer.load_state_dict(saved)
        self.progress = Progress(**state['progress'])
        return True

    def pace(self, done: float, decay: float) -> None:
        scale = learning_scale(self.progress.step, done, decay)
        for optimizer, rate in zip(self.optimizers, self.rates):
            for group in optimizer.param_groups:
                group['lr'] = rate * scale
        for group in self.optimizers[0].param_groups:
            group['momentum'] = momentum_at(self.progress.step)


Loss = Callable[[Tensor, Tensor], Tensor]


def loss_of(run: Run, compiled: bool) -> Loss:
    """The mean loss of a batch, in bfloat16 on a GPU."""
    forward = torch.compile(run.model) if compiled else run.model

    def loss(inputs: Tensor, targets: Tensor) -> Tensor:
        with torch.autocast(run.device.type, torch.bfloat16, enabled=run.device.type == 'cuda'):
            return forward(inputs, targets)

    return loss


def held_out_loss(loss: Loss, batches: list[tuple[Tensor, Tensor]]) -> float:
    with torch.no_grad():
        losses = [(loss(inputs, targets).item(), inputs.numel()) for inputs, targets in batches]
    return sum(value * count for value, count in losses) / sum(count for _, count in losses)


def train_step(run: Run, loss: Loss, data: TokenStream, batch: int, micro: int) -> float:
    """One step of `batch` windows, `micro` at a time; the mean loss."""
    inputs, targets = data.batch(run.progress.step, batch)
    total = torch.zeros((), device=run.device)
    for first in range(0, batch, micro):
        part = loss(inputs[first : first + micro], targets[first : first + micro]) * (min(micro, batch - first) / batch)
        part.backward()
        total += part.detach()
    for optimizer in run.optimizers:
        optimizer.step()
    run.model.zero_grad(set_to_none=True)
    run.progress.step += 1
    run.progress.tokens += batch * data.window
    return total.item()


def train(run: Run, args: argparse.Namespace, write: Callable[[dict[str, object]], None]) -> list[float]:
    """Trains until the run's minutes, or those of this call, are up; the losses of its steps."""
    data = TokenStream(args.data / 'train.bin', args.context, run.device)
    held_out = TokenStream(args.data / 'heldout.bin', args.context, run.device).spread(HELD_OUT_WINDOWS, args.micro)
    loss = loss_of(run, args.compile)
    # Compiling counts for nothing: the clock starts with the first step that is at full speed.
    loss(*data.batch(0, args.micro)).backward()
    run.model.zero_grad(set_to_none=True)
    held_out_loss(loss, held_out[:1])

    losses: list[float] = []
    began, before, tokens_before = time.monotonic(), run.progress.seconds, run.progress.tokens
    saved = shown = began
    total, of_this_call = args.minutes * 60, args.call_minutes * 60
    if args.until is not None:
        # Whatever compiling has taken by now.
        total = before + max(1.0, args.until - time.time())
    while run.progress.seconds < total and run.progress.seconds - before < of_this_call and (args.steps is None or run.progress.step < args.steps):
        run.pace(run.progress.seconds / total if args.steps is None else run.progress.step / args.steps, args.decay)
        losses.append(train_step(run, loss, data, args.batch, args.micro))
        if not math.isfinite(losses[-1]):
            raise SystemExit(f'The loss of step {run.progress.step} is {losses[-1]}: go on from the last checkpoint with smaller learning rates.')
        now = time.monotonic()
        run.progress.seconds = before + now - began
        if now - shown >= SHOWN_EVERY_S:
            shown = now
            speed = (run.progress.tokens - tokens_before) / (now - began)
            write({**asdict(run.progress), 'loss': sum(losses[-50:]) / len(losses[-50:]), 'tokensPerSecond': round(speed)})
        if now - saved >= args.save_seconds:
            saved = now
            write({**asdict(run.progress), 'heldOut': held_out_loss(loss, held_out)})
            run.save(args.out)
    took = time.monotonic() - began
    run.save(args.out)
    write(
        {
            **asdict(run.progress),
            'heldOut': held_out_loss(loss, held_out),
            'loss': sum(losses[-50:]) / max(1, len(losses[-50:])),
            'tokensPerSecond': round((run.progress.tokens - tokens_before) / max(took, 1e-9)),
            'epochs': run.progress.tokens / data.tokens,
            'finished': run.progress.seconds >= total or (args.steps is not None and run.progress.step >= args.steps),
        }
    )
    return losses


def rehearse(run: Run, args: argparse.Namespace, write: Callable[[dict[str, object]], None]) -> bool:
    """Whether a short run went as a long one should."""
    losses = train(run, args, write)
    quarter = max(1, len(losses) // 4)
    first, last = sum(losses[:quarter]) / quarter, sum(losses[-quarter:]) / quarter
    inputs, targets = TokenStream(args.data / 'heldout.bin', args.context, run.device).spread(args.micro, args.micro)[0]
    with torch.no_grad():
        before, read_back = run.model(inputs, targets).item(), load_model(args.out).to(run.device)(inputs, targets).item()
    again = Run(args, run.device)
    resumed = again.resume(args.out) and all(torch.equal(a, b) for a, b in zip(run.model.state_dict().values(), again.model.state_dict().values()))
    speed = run.progress.tokens / max(run.progress.seconds, 1e-9)
    checks = {
        f'{speed:,.0f} tokens a second, and {args.expect:,} are expected': speed >= args.expect,
        f'the loss went from {first:.3f} to {last:.3f}': last < first - 0.1,
        f'read back, the loss of held-out text is {read_back:.4f}, and was {before:.4f}': abs(read_back - before) < 0.01,
        'the run goes on from its checkpoint as it was': resumed,
    }
    for what, is_well in checks.items():
        print(f'{"well" if is_well else "WRONG"}: {what}')
    if args.device == 'cuda':
        print(f'{torch.cuda.max_memory_allocated() / 1e9:.1f} GB of GPU memory at most')
    return all(checks.values())


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--layers', type=int, default=12)
    parser.add_argument('--width', type=int, default=512)
    parser.add_argument('--heads', type=int, default=8)
    parser.add_argument('--context', type=int, default=1024)
    parser.add_argument('--batch', type=int, default=128, help='windows a step')
    parser.add_argument('--micro', type=int, default=64, help='windows at a time')
    parser.add_argument('--minutes', type=float, default=18, help='of the whole run')
    parser.add_argument('--call-minutes', type=float, default=math.inf, help='stop after so many, to go on later')
    parser.add_argument('--steps', type=int, help='stop after so many, whatever the time: for tests')
    parser.add_argument('--lr', type=float, default=3e-3)
    parser.add_argument('--muon-lr', type=float, default=0.02)
    parser.add_argument('--weight-decay', type=float, default=0.1, help="of the layers' matrices")
    parser.add_argument('--until', type=float, help='seconds since 1970 at which training ends, compiling counted in; instead of --minutes')
    parser.add_argument('--decay', type=float, default=0.5, help='share of the run in which the learning rates fall')
    parser.add_argument('--save-seconds', type=float, default=120)
    parser.add_argument('--device', choices=['cuda', 'cpu'], default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--no-compile', dest='compile', action='store_false')
    parser.add_argument('--rehearsal', action='store_true', help='one minute, and a verdict')
    parser.add_argument('--expect', type=int, help='tokens a second; 500,000 on a GPU')
    args = parser.parse_args(arguments)
    args.compile = args.compile and args.device == 'cuda'
    if args.batch % args.micro:
        parser.error('--batch must be a multiple of --micro')
    if args.expect is None:
        args.expect = 500_000 if args.device == 'cuda' else 0
    if args.rehearsal:
        args.minutes, args.out = min(args.minutes, 1), args.out.with_name(f'{args.out.name}-rehearsal')
    return args


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_float32_matmul_precision('high')
    run = Run(args, torch.device(args.device))
    if not args.rehearsal and run.resume(args.out):
        print(f'going on at step {run.progress.step}, {run.progress.seconds / 60:.1f} minutes in')
    with (args.out / 'log.jsonl').open('a', buffering=1) as log:

        def write(record: dict[str, object]) -> None:
            log.write(json.dumps(record) + '\n')
            print(json.dumps(record), flush=True)

        if not args.rehearsal:
            train(run, args, write)
        elif not rehearse(run, args, write):
            sys.exit(1)


if __name__ == '__main__':
    main()

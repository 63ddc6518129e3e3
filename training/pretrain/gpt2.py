"""GPT-2 (Radford et al. 2019): a decoder with the norms first, learned positions, GELU in its tanh form, tied embeddings."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """By the names of Hugging Face's config.json."""

    vocab_size: int
    n_positions: int
    n_embd: int
    n_layer: int
    n_head: int


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.n_embd
        self.heads = shape.n_head
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.c_attn, self.attn_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.c_fc, self.mlp_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        for linear in (self.c_attn, self.c_fc):
            nn.init.normal_(linear.weight, std=width**-0.5)
        # What is added to the residual stream starts small, the more so the more layers add to it.
        for linear in (self.attn_proj, self.mlp_proj):
            nn.init.normal_(linear.weight, std=0.02 * (2 * shape.n_layer) ** -0.5)
        for linear in (self.c_attn, self.attn_proj, self.c_fc, self.mlp_proj):
            nn.init.zeros_(linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, tokens, width] to the same."""
        batch, tokens, width = x.shape
        parts = self.c_attn(self.ln_1(x)).split(width, dim=2)
        # [batch, heads, tokens, head_dim]
        query, key, value = (part.view(batch, tokens, self.heads, width // self.heads).transpose(1, 2) for part in parts)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attn_proj(attended.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mlp_proj(F.gelu(self.c_fc(self.ln_2(x)), approximate='tanh'))


class GPT2(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.wte, self.wpe = nn.Embedding(shape.vocab_size, shape.n_embd), nn.Embedding(shape.n_positions, shape.n_embd)
        self.h = nn.ModuleList(Block(shape) for _ in range(shape.n_layer))
        self.ln_f = nn.LayerNorm(shape.n_embd)
        nn.init.normal_(self.wte.weight, std=0.02)
        nn.init.normal_(self.wpe.weight, std=0.01)

    def forward(self, ids: Tensor, targets: Tensor | None = None) -> Tensor:
        """Logits [batch, tokens, vocabulary] of ids [batch, tokens]; with targets the mean loss in nats a token."""
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.h:
            x = block(x)
        logits = self.ln_f(x) @ self.wte.weight.T
        return logits if targets is None else F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())

    def matrices(self) -> list[nn.Parameter]:
        """The layers' matrices; embeddings, norms and biases are not among them."""
        return [parameter for parameter in self.h.parameters() if parameter.ndim == 2]


# Their names in Hugging Face's files, by ours. Those layers are Conv1D, [in, out]: each is our Linear's transposed.
_LINEARS = {'attn.c_attn': 'c_attn', 'attn.c_proj': 'attn_proj', 'mlp.c_fc': 'c_fc', 'mlp.c_proj': 'mlp_proj'}


def save_model(model: GPT2, folder: Path, dtype: torch.dtype = torch.float16) -> None:
    """config.json and model.safetensors in Hugging Face's layout; each appears whole or not at all."""
    tensors = {'wte.weight': model.wte.weight, 'wpe.weight': model.wpe.weight, 'ln_f.weight': model.ln_f.weight, 'ln_f.bias': model.ln_f.bias}
    for i, block in enumerate(model.h):
        for norm in ('ln_1', 'ln_2'):
            tensors |= {f'h.{i}.{norm}.{kind}': getattr(getattr(block, norm), kind) for kind in ('weight', 'bias')}
        for theirs, ours in _LINEARS.items():
            linear = getattr(block, ours)
            tensors |= {f'h.{i}.{theirs}.weight': linear.weight.T, f'h.{i}.{theirs}.bias': linear.bias}
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / 'model.safetensors.part'
    save_file({name: tensor.detach().to(dtype).cpu().contiguous() for name, tensor in tensors.items()}, draft, {'format': 'pt'})
    draft.rename(folder / 'model.safetensors')
    last = model.shape.vocab_size - 1
    config = {
        'model_type': 'gpt2',
        'architectures': ['GPT2LMHeadModel'],
        'activation_function': 'gelu_new',
        'layer_norm_epsilon': 1e-5,
        **asdict(model.shape),
        'n_ctx': model.shape.n_positions,
        'bos_token_id': last,
        'eos_token_id': last,
        'torch_dtype': str(dtype).removeprefix('torch.'),
    }
    (folder / 'config.json').write_text(json.dumps(config, indent=1) + '\n')


def load_model(folder: Path) -> GPT2:
    """Reads what {save_model} wrote, as float32."""
    config = json.loads((folder / 'config.json').read_text())
    model = GPT2(Shape(**{field: config[field] for field in Shape.__dataclass_fields__}))
    stored = {name.removeprefix('transformer.'): tensor.float() for name, tensor in load_file(folder / 'model.safetensors').items()}
    state = {}
    for name in model.state_dict():
        theirs = name
        for long, ours in _LINEARS.items():
            theirs = theirs.replace(f'.{ours}.', f'.{long}.')
        is_transposed = name.startswith('h.') and stored[theirs].ndim == 2
        state[name] = stored[theirs].T if is_transposed else stored[theirs]
    model.load_state_dict(state)
    return model

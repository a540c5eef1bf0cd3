"""Multi-task training of the reader on all sets at once, by the clock."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from privlex.model.windows import MASK, Sequencer
from training.encode import Encoded, encode_all
from training.network import Reader, batch_tensors, losses
from training.sets import HEADS, Example


def load_encoder(base: Path, pretrained: Path | None, dropout: float) -> BertModel:
    """The encoder after domain-adaptive pre-training, or the published one with the same vocabulary."""
    from training.pretrain import load_base

    vocabulary = Tokenizer.from_file(str(pretrained / "tokenizer.json")).get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.get)
    encoder = load_base(base, pieces)
    set_dropout(encoder, dropout)
    if (pretrained / "encoder.pt").exists():
        encoder.load_state_dict(torch.load(pretrained / "encoder.pt", weights_only=True))
    return encoder


def set_dropout(encoder: BertModel, dropout: float) -> None:
    """``dropout`` on hidden states, none on attention (it cost speed and brought nothing)."""
    for name, module in encoder.named_modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0 if ".self." in name else dropout


def batches(pool: list[Encoded], budget: int, generator) -> list[list[Encoded]]:
    """The pool in shuffled batches of about ``budget`` rows, each of windows of similar length."""
    noisy = np.array([len(e.window.ids) for e in pool]) * generator.uniform(0.85, 1.15, len(pool))
    order = np.argsort(noisy)
    made, batch, widest = [], [], 0
    for k in order:
        size = len(pool[k].window.ids)
        if batch and max(widest, size) * (len(batch) + 1) > budget:
            made.append(batch)
            batch, widest = [], 0
        batch.append(pool[k])
        widest = max(widest, size)
    made.append(batch)
    generator.shuffle(made)
    return made


def draw(by_set: dict[str, list[Encoded]], share: dict[str, float], quiet: float, generator,
         repeat: dict[str, float] | None = None) -> list[Encoded]:
    """One epoch's windows: ``share`` of each set (more than 1 repeats), ``quiet`` of the windows without a span.

    ``repeat`` ("set/head": times) says how much oftener windows with a span of a rare head are drawn.
    """
    rare = {HEADS.index(tuple(name.split("/"))): times for name, times in (repeat or {}).items()}
    pool = []
    for name, windows in by_set.items():
        times = share.get(name, 0.0)
        for e in windows:
            heads = (e.tags[:, :, 1] > 0.25).any(axis=0)  # one annotator of three; a teacher's chances are never 0
            oftener = max((more for column, more in rare.items() if heads[column]), default=1.0)
            expected = times * (oftener if heads.any() else quiet)
            pool += [e] * int(expected + generator.random())
    return pool


def parameter_groups(model: Reader, rate: float, decay: float, head_rate: float) -> list[dict]:
    """Learning rates that fall by ``decay`` per layer from the top (layer-wise decay), heads at ``head_rate``."""
    layers = len(model.encoder.encoder.layer)
    groups: dict[float, list] = {}
    for name, parameter in model.named_parameters():
        if name.startswith("encoder.encoder.layer."):
            lr = rate * decay ** (layers - 1 - int(name.split(".")[3]))
        elif name.startswith("encoder."):  # embeddings, and what all layers share
            lr = rate * decay ** (layers + 1)
        else:
            lr = head_rate
        groups.setdefault(lr, []).append(parameter)
    return [{"params": parameters, "lr": lr, "peak": lr} for lr, parameters in groups.items()]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; the values come from ``config.toml``."""

    share: dict[str, float]        # part of each set drawn per epoch
    head_weight: dict[str, float]  # per set, default 1
    term_weight: dict[str, float]  # category, action, link beside the tags' 1
    quiet: float                   # part of the windows without a span that is drawn
    repeat: dict[str, float]       # how much oftener windows with a span of a rare head are drawn
    budget: int                    # input rows per step
    rate: float                    # peak learning rate of the top layer
    decay: float                   # learning rate falls by this per layer
    head_rate: float
    hidden: float                  # part of the word pieces masked (word dropout)
    average: float                 # of the moving average of the weights
    seconds: float                 # wall-clock time; the learning rate follows the clock
    seed: int
    workers: int                   # processes of one thread each that share the weights
    half: bool = False             # products in bfloat16


def fit(model: Reader, by_set: dict[str, list[Encoded]], plan: Plan, log) -> Reader:
    """Train for ``plan.seconds``; returns the model with averaged weights (exponential moving average).

    The workers step on shared weights without locks (Hogwild, Recht et al., NeurIPS 2011): on two cores twice as
    fast as one process of two threads, whose threads wait for each other. With more than one worker a run is
    repeatable only up to the order of their steps.
    """
    torch.set_num_threads(1)
    # Torch's fused attention is slow backwards where a batch is padded; the plain one is half as slow again (bfloat16).
    model.encoder.config._attn_implementation = "eager"
    model.share_memory()
    context = mp.get_context("fork")
    barrier = context.Barrier(plan.workers)
    others = [context.Process(target=_work, args=(rank, model, by_set, plan, barrier, lambda text: None))
              for rank in range(1, plan.workers)]
    for process in others:
        process.start()
    _work(0, model, by_set, plan, barrier, log)
    for process in others:
        process.join()
    return model.eval()


def _work(rank: int, model: Reader, by_set, plan: Plan, barrier, log) -> None:
    torch.manual_seed(plan.seed * 100 + rank)
    generator = np.random.default_rng(plan.seed * 100 + rank)
    optimizer = torch.optim.AdamW(parameter_groups(model, plan.rate, plan.decay, plan.head_rate), weight_decay=0.01,
                                  fused=True)
    weights = torch.tensor([plan.head_weight.get(name, 1.0) for name, _ in HEADS])
    averaged = [p.detach().clone() for p in model.parameters()] if rank == 0 else []
    begin, step, epoch, shown, rows, done = time.time(), 0, 0, {}, 0, 0.0
    model.train()
    while done < 1:
        for batch in batches(draw(by_set, plan.share, plan.quiet, generator, plan.repeat), plan.budget, generator):
            done = (time.time() - begin) / plan.seconds
            if done >= 1:
                break
            scale = min(1.0, done / 0.06) * max(0.02, 0.5 * (1 + math.cos(math.pi * done)))
            for group in optimizer.param_groups:
                group["lr"] = max(group["peak"] * scale, 1e-8)
            tensors = batch_tensors(batch, plan.hidden, generator, MASK)
            parts = losses(model, batch, tensors, weights, half=plan.half)
            loss = sum(plan.term_weight.get(name, 1.0) * part for name, part in parts.items())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            rows += tensors[0].numel()
            if averaged and step % 4 == 0:
                keep = min(plan.average, 1 - 40 / (step + 40))
                with torch.no_grad():
                    torch._foreach_lerp_(averaged, list(model.parameters()), 1 - keep)
            for name, part in parts.items():
                shown.setdefault(name, []).append(float(part.detach()))
            if step % 50 == 0:
                text = " ".join(f"{name} {np.mean(values[-50:]):.4f}" for name, values in shown.items())
                log(f"epoch {epoch} step {step} {done:.0%} {text} {rows / (time.time() - begin):.0f} rows/s per worker")
        epoch += 1
    barrier.wait()
    if rank == 0:
        with torch.no_grad():
            for parameter, mean in zip(model.parameters(), averaged, strict=True):
                parameter.copy_(mean)
        log(f"{step} steps, {epoch} epochs, {rows} rows in this worker")


def mean_of(models: list[Reader]) -> Reader:
    """The network whose weights are the mean of the models' (they must have begun from the same ones)."""
    states = [model.state_dict() for model in models]
    made = copy.deepcopy(models[0])
    made.load_state_dict({name: torch.stack([state[name].float() for state in states]).mean(0).to(value.dtype)
                          for name, value in states[0].items()})
    return made.eval()


def encoded_sets(examples: dict[str, list[Example]], tokenizer: Path) -> dict[str, list[Encoded]]:
    """Windows of each set."""
    sequencer = Sequencer(Tokenizer.from_file(str(tokenizer)))
    return {name: encode_all(list(given), sequencer) for name, given in examples.items()}


def save(model: Reader, folder: Path, note: dict) -> None:
    """Weights and the encoder's configuration, for the export step."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / "reader.pt")
    model.encoder.config.save_pretrained(folder)
    (folder / "note.json").write_text(json.dumps(note, indent=1))


def restore(folder: Path) -> Reader:
    """The model that ``save`` wrote."""
    model = Reader(BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False))
    model.load_state_dict(torch.load(folder / "reader.pt", weights_only=True))
    return model.eval()

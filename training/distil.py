"""What teachers say of windows, as targets for the reader that is shipped."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
from transformers import BertConfig, BertModel, MPNetConfig

from privlex.model.decode import BEGIN, tagged_spans
from training.encode import ALL_CATEGORIES, Encoded
from training.network import KINDS, Reader, link_pairs, link_scores, padded, split_columns
from training.sets import HEADS
from training.teacher import Encoder

UNLABELLED = "archive"  # the set of windows nobody labelled

_OWN = [i for i, (name, _) in enumerate(HEADS) if name == "codebook"]


def some_quiet(by_set: dict[str, list[Encoded]], part: float, seed: int) -> dict[str, list[Encoded]]:
    """The windows with a span, ``part`` of the labelled ones without, and all that nobody labelled."""
    generator = np.random.default_rng(seed)
    return {name: [e for e in windows if name == UNLABELLED or (e.tags[:, :, BEGIN] > 0.25).any()
                   or generator.random() < part] for name, windows in by_set.items()}


def parted(by_set: dict[str, list[Encoded]], part: dict[str, float], seed: int
           ) -> tuple[dict[str, list[Encoded]], dict[str, list[Encoded]]]:
    """``part`` of each set (by default all of it) for the teachers to read, and the rest, which keeps its labels alone."""
    generator = np.random.default_rng(seed)
    read, rest = {}, {}
    for name, windows in by_set.items():
        chosen = generator.random(len(windows)) < part.get(name, 1.0)
        read[name] = [window for window, yes in zip(windows, chosen, strict=True) if yes]
        rest[name] = [window for window, yes in zip(windows, chosen, strict=True) if not yes]
    return read, rest


def said_by(runs: Sequence[Path], by_set: dict[str, list[Encoded]], *, gold: float, workers: int, folder: Path, log
            ) -> dict[str, list[Encoded]]:
    """``said`` for every set by the teachers that ``fit.save`` left in ``runs``, in processes of one thread each."""
    context = mp.get_context("fork")
    files = [folder / f"said.{rank}" for rank in range(workers)]
    processes = [context.Process(target=_say, args=(runs, {name: windows[rank::workers] for name, windows in by_set.items()},
                                                    gold, file, log if rank == 0 else lambda text: None))
                 for rank, file in enumerate(files)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a process that read with the teachers did not end well")
    parts = [pickle.loads(file.read_bytes()) for file in files]  # written here a moment ago
    return {name: [window for part in parts for window in part[name]] for name in by_set}


def _say(runs: Sequence[Path], by_set: dict[str, list[Encoded]], gold: float, file: Path, log) -> None:
    torch.set_num_threads(1)
    teachers = [_restored(run) for run in runs]
    found = {name: said(teachers, windows, gold=gold, log=log) for name, windows in by_set.items()}
    file.write_bytes(pickle.dumps(found))


def _restored(run: Path) -> Reader:
    """The network in ``run``, of either architecture."""
    large = json.loads((run / "config.json").read_text("utf8"))["model_type"] == "mpnet"
    model = Reader(Encoder(MPNetConfig.from_pretrained(run)) if large else BertModel(BertConfig.from_pretrained(run), add_pooling_layer=False))
    model.load_state_dict(torch.load(run / "reader.pt", weights_only=True))
    model.eval().encoder.config._attn_implementation = "eager"
    return model


@torch.no_grad()
def said(teachers: Sequence[Reader], windows: list[Encoded], *, gold: float, log, budget: int = 4096) -> list[Encoded]:
    """The windows with the mean of the teachers' chances as targets; where labels are known, ``gold`` of them stays in the tags.

    Labelled spans keep their categories, actions and links; windows without labels get those of the last teacher, as
    chances. (After an hour the larger one's tags are as good as the pupil's, what it says of spans is not.)
    """
    order = sorted(range(len(windows)), key=lambda k: len(windows[k].window.ids))
    made: list[Encoded | None] = [None] * len(windows)
    at = done = 0
    while at < len(order):
        longest, batch = 0, []
        while at < len(order):
            longest = len(windows[order[at]].window.ids)
            if batch and longest * (len(batch) + 1) > budget:
                break
            batch.append(order[at])
            at += 1
        inputs = padded([windows[k].window for k in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            outputs = [teacher(*inputs) for teacher in teachers]
        tags = torch.stack([scores.float().softmax(-1) for scores, _ in outputs]).mean(0)
        for i, k in enumerate(batch):
            made[k] = _one(teachers[-1], windows[k], tags[i].numpy(), outputs[-1][1][i].float(), gold)
        done += len(batch)
        if done // 2000 != (done - len(batch)) // 2000:
            log(f"{done} of {len(windows)} windows said")
    return made


def _one(teacher: Reader, given: Encoded, tags: np.ndarray, rows: torch.Tensor, gold: float) -> Encoded:
    window = given.window
    chances, known = tags[window.lead:window.lead + window.count], given.weight[:, :, None] > 0
    target = np.where(known, gold * given.tags + (1 - gold) * chances, chances).astype(np.float16)
    weight = np.ones_like(given.weight)
    if given.dataset:  # a labelled set: its own heads are known, the others only said; its spans stay what they are
        weight = np.where(given.weight > 0, 1.0, 0.3).astype(np.float32)
        return replace(given, tags=target, weight=weight)
    spans = [(span.start + window.lead, span.end + window.lead, HEADS[column][1])
             for column in _OWN for span in tagged_spans(np.log(chances[:, column] + 1e-9))]
    if not spans:
        return replace(given, tags=target, weight=weight)
    pairs = link_pairs([(*span, -1, None, frozenset()) for span in spans], given.text_end)
    categories, actions, left, right = split_columns(torch.stack([rows[first:stop].mean(0) for first, stop, _ in spans]))
    bounds = {kind: [i for i, (k, _) in enumerate(ALL_CATEGORIES) if k == kind] for kind in KINDS}
    full = []
    for n, (first, stop, head) in enumerate(spans):
        if head in KINDS:
            category = categories[n, bounds[head][0]:bounds[head][-1] + 1].softmax(-1).numpy()
            full.append((first, stop, head, category, actions[n, KINDS.index(head)].sigmoid().numpy(), frozenset()))
        else:
            full.append((first, stop, head, -1, None, frozenset()))
    linked = link_scores(teacher, left, right, pairs).sigmoid().tolist() if pairs else []
    return replace(given, tags=target, weight=weight, spans=full,
                   links={(i, j): chance for (_, i, j, *_), chance in zip(pairs, linked, strict=True)})

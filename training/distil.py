"""What a teacher says of windows, as targets for the reader that is shipped."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
from transformers import MPNetConfig

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


def said_by(run: Path, by_set: dict[str, list[Encoded]], *, gold: float, workers: int, folder: Path, log
            ) -> dict[str, list[Encoded]]:
    """``said`` for every set by the teacher that ``fit.save`` left in ``run``, in processes of one thread each."""
    context = mp.get_context("fork")
    files = [folder / f"said.{rank}" for rank in range(workers)]
    processes = [context.Process(target=_say, args=(run, {name: windows[rank::workers] for name, windows in by_set.items()},
                                                    gold, file, log if rank == 0 else lambda text: None))
                 for rank, file in enumerate(files)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a process that read with the teacher did not end well")
    parts = [pickle.loads(file.read_bytes()) for file in files]  # written here a moment ago
    return {name: [window for part in parts for window in part[name]] for name in by_set}


def _say(run: Path, by_set: dict[str, list[Encoded]], gold: float, file: Path, log) -> None:
    torch.set_num_threads(1)
    teacher = Reader(Encoder(MPNetConfig.from_pretrained(run)))
    teacher.load_state_dict(torch.load(run / "reader.pt", weights_only=True))
    teacher.eval().encoder.config._attn_implementation = "eager"
    found = {name: said(teacher, windows, gold=gold, log=log) for name, windows in by_set.items()}
    file.write_bytes(pickle.dumps(found))


@torch.no_grad()
def said(teacher: Reader, windows: list[Encoded], *, gold: float, log, budget: int = 4096) -> list[Encoded]:
    """The windows with the teacher's targets; where a set's labels are known, ``gold`` of them stays in the tags.

    Labelled spans keep their categories, actions and links; windows without labels get the teacher's, as chances.
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
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tags, spans = teacher(*padded([windows[k].window for k in batch]))
        tags, spans = tags.float(), spans.float()
        for i, k in enumerate(batch):
            made[k] = _one(teacher, windows[k], tags[i], spans[i], gold)
        done += len(batch)
        if done // 2000 != (done - len(batch)) // 2000:
            log(f"{done} of {len(windows)} windows said")
    return made


def _one(teacher: Reader, given: Encoded, scores: torch.Tensor, rows: torch.Tensor, gold: float) -> Encoded:
    window = given.window
    own = scores[window.lead:window.lead + window.count]
    chances, known = own.softmax(-1).numpy(), given.weight[:, :, None] > 0
    tags = np.where(known, gold * given.tags + (1 - gold) * chances, chances).astype(np.float16)
    weight = np.ones_like(given.weight)
    if given.dataset:  # a labelled set: its own heads are known, the others only said
        weight = np.where(given.weight > 0, 1.0, 0.3).astype(np.float32)
    spans = []
    for column in _OWN if not given.dataset else ():  # labelled spans stay what they are
        head = HEADS[column][1]
        spans += [(span.start + window.lead, span.end + window.lead, head) for span in tagged_spans(own[:, column].numpy())]
    if not spans:
        return replace(given, tags=tags, weight=weight)
    pooled = torch.stack([rows[a:b].mean(0) for a, b, _ in spans])
    categories, actions, left, right = split_columns(pooled)
    full = []
    for n, (a, b, head) in enumerate(spans):
        if head not in KINDS:
            full.append((a, b, head, -1, None, frozenset()))
            continue
        of = [i for i, (kind, _) in enumerate(ALL_CATEGORIES) if kind == head]
        category = categories[n, of[0]:of[-1] + 1].softmax(-1).numpy()
        full.append((a, b, head, category, actions[n, KINDS.index(head)].sigmoid().numpy(), frozenset()))
    pairs = link_pairs(full, given.text_end)
    linked = link_scores(teacher, left, right, pairs).sigmoid().tolist() if pairs else []
    links = {(i, j): chance for (_, i, j, *_), chance in zip(pairs, linked, strict=True)}
    return replace(given, tags=tags, weight=weight, spans=full, links=links)

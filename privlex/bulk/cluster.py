"""The same work on a Dask cluster: batches go out, tables and new readings come back, this process writes.

Workers need no file system in common. A worker that dies has its batches sent again by Dask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from privlex.bulk.local import Batch
from privlex.bulk.parts import write_part
from privlex.bulk.sources import Capture
from privlex.bulk.store import open_store
from privlex.bulk.work import BatchResult, Tally, Worker
from privlex.errors import PrivlexError
from privlex.flow import choose_reader

#: Batches under way for each worker: one being read, one on its way.
AHEAD = 2
#: Seconds to wait for a scheduler.
CONNECT_SECONDS = 30

_WORKERS: dict[str | None, Worker] = {}  # of this process; a Dask worker keeps its reader between tasks


class _Given:
    """What the client's store knew of a batch."""

    def __init__(self, documents: dict[bytes, bytes]) -> None:
        self._documents = documents

    def get(self, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {k: self._documents[k] for k in keys if k in self._documents} if table == "documents" else {}


def read_remote(captures: list[Capture], documents: dict[bytes, bytes], tier: str | None) -> BatchResult:
    """The task: one batch, read by this process's reader."""
    if tier not in _WORKERS:
        _WORKERS[tier] = Worker(choose_reader(tier))
    return _WORKERS[tier].run(captures, _Given(documents))


def run_dask(
    batches: Iterator[Batch], out: Path, store: Path | None, tier: str | None, workers: int, scheduler: str | None
) -> Iterator[Tally]:
    """Yield the tally of each batch as it is done.

    Args:
        scheduler: address of a running scheduler; None starts ``workers`` processes on this machine.

    Raises: PrivlexError when Dask is not installed, the scheduler is not there, or a batch keeps failing.
    """
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError as fault:
        raise PrivlexError('--engine dask needs the extra: pip install "privlex[dask]"') from fault
    known = open_store(store) if store else None
    asking = Worker(choose_reader(tier))
    cluster = None if scheduler else LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        try:
            client = Client(scheduler or cluster, timeout=CONNECT_SECONDS)
        except OSError as fault:
            raise PrivlexError(f"no Dask scheduler answers at {scheduler}: {fault}") from fault
        with client:
            out_there: dict = {}
            done = as_completed()

            def send() -> bool:
                batch = next(batches, None)
                if batch is None:
                    return False
                keys = [asking.document_key(c) for c in batch.captures]
                documents = known.get("documents", list(dict.fromkeys(keys))) if known else {}
                future = client.submit(read_remote, batch.captures, documents, tier, pure=False, retries=2)
                out_there[future.key] = batch
                done.add(future)
                return True

            slots = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]) or workers)
            for _ in range(slots):
                if not send():
                    break
            for future in done:
                batch = out_there.pop(future.key)
                try:
                    result = future.result()
                except Exception as fault:
                    raise PrivlexError(f"batch {batch.number} failed on the cluster: {fault}") from fault
                if known:
                    known.put("readings", result.readings)
                    known.put("documents", result.documents)
                write_part(out, batch.number, batch.captures, result)
                future.release()
                yield result.tally
                send()
    finally:
        if cluster is not None:
            cluster.close()
        if known:
            known.close()

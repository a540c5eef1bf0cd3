"""The same dataset from a Dask cluster, also when one of its workers is killed, and from a scheduler by address."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from privlex.bulk import run
from privlex.errors import PrivlexError
from tests.bulk.test_run import archive, content

distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return archive(tmp_path_factory.mktemp("archive"), captures=48, texts=24)


@pytest.fixture(scope="module")
def undisturbed(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run(source, out, workers=0, tier="rules", batch=4)
    return out


def test_a_scheduler_by_address_with_a_worker_killed_at_work(source, undisturbed, tmp_path):
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        pids = [w.pid for w in cluster.workers.values()]

        def kill_one():
            end = time.monotonic() + 60
            while not list((tmp_path / "out" / "_parts").glob("*.json")) and time.monotonic() < end:
                time.sleep(0.02)
            os.kill(pids[0], signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()
        summary = run(source, tmp_path / "out", engine="dask", scheduler=cluster.scheduler_address, tier="rules", batch=4)
        killer.join()
    assert summary.captures == 48
    assert content(tmp_path / "out") == content(undisturbed)


def test_a_cluster_of_its_own_fills_the_store(source, undisturbed, tmp_path):
    run(source, tmp_path / "out", engine="dask", workers=1, tier="rules", batch=4)
    assert content(tmp_path / "out") == content(undisturbed)
    again = run(source, tmp_path / "again", workers=0, tier="rules", batch=4)
    assert (again.documents, again.blocks_read) == (0, 0), "what the cluster read is in the store"


def test_a_scheduler_that_is_not_there_is_named(source, tmp_path, monkeypatch):
    monkeypatch.setattr("privlex.bulk.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(PrivlexError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run(source, tmp_path / "out", engine="dask", scheduler="tcp://127.0.0.1:1", tier="rules")

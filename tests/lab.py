"""A JupyterLab of our own for tests: a server on this machine that asks nobody, and a notebook in it as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

_SETTINGS = {
    # Every cell is in the page, also those out of sight: pictures show all of a notebook.
    "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "docmanager-extension/plugin": {"autosave": False},
}
START_SECONDS = 120


@contextmanager
def jupyterlab(folder: Path, notebooks: Path) -> Iterator[str]:
    """Serve ``notebooks``; the address with its token. Settings, kernels and logs stay in ``folder``."""
    settings = folder / "settings"
    for name, values in _SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    runtime = folder / "runtime"
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_RUNTIME_DIR": str(runtime), "PYTHONHASHSEED": "0",
        "JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0", f"--ServerApp.root_dir={notebooks}", "--LabApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None",
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=notebooks)
        try:
            yield _address(server, runtime, folder / "log")
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _address(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    place = runtime / f"jpserver-{server.pid}.json"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            facts = json.loads(place.read_text("utf-8"))
        except (OSError, ValueError):
            time.sleep(0.2)
            continue
        return f"http://127.0.0.1:{facts['port']}/lab/tree/{{name}}?token={facts['token']}&reset"
    raise AssertionError(f"JupyterLab does not start:\n{log.read_text('utf-8')[-3000:]}")


# Asked again and again rather than waited for: the driver gives up on a script that takes two minutes.
_READY = """
const panel = window.jupyterapp && window.jupyterapp.shell && window.jupyterapp.shell.currentWidget;
return Boolean(panel && panel.sessionContext && panel.content && panel.content.model && panel.context.isReady
               && panel.sessionContext.isReady && panel.sessionContext.session && panel.sessionContext.session.kernel);
"""
_RUN = """
window.privlexRun = {done: false, fault: ""};
window.jupyterapp.commands.execute("notebook:run-all-cells").then(
  () => { window.privlexRun.done = true; }, e => { window.privlexRun = {done: true, fault: String(e)}; });
"""
_DONE = """
return window.privlexRun.done && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "idle";
"""
_RESULT = """
const notebook = window.jupyterapp.shell.currentWidget.content.model.toJSON();
return JSON.stringify({...notebook, fault: window.privlexRun.fault});
"""
_THEME = """
const [theme, done] = arguments;
window.jupyterapp.commands.execute("apputils:change-theme", {theme}).then(() => setTimeout(() => done("set"), 600));
"""
_SHUTDOWN = """
const done = arguments[arguments.length - 1];
window.jupyterapp.serviceManager.sessions.shutdownAll().then(() => done("down"), e => done(String(e)));
"""
_HEIGHT = """
const outer = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer");
return outer.scrollHeight + 140;
"""
# For each stretch of text in the HTML outputs: its colour against the nearest background, by WCAG 2's formula.
_CONTRAST = """
const channels = c => (c.match(/[\\d.]+/g) || []).map(Number);
const light = rgb => {
  const [r, g, b] = rgb.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b;
};
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = channels(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > .5) return c;
  }
  return [255, 255, 255];
};
const told = new Map();
for (const output of document.querySelectorAll(".jp-RenderedHTMLCommon.jp-RenderedHTML")) {
  const walk = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("style")) continue;
    const pair = [light(channels(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    const name = `${e.tagName.toLowerCase()}.${e.className}`;
    if (!told.has(name) || told.get(name) > ratio) told.set(name, ratio);
  }
}
return Object.fromEntries(told);
"""


def run_notebook(browser: Any, address: str, name: str) -> Mapping[str, Any]:
    """Open a notebook, run all of its cells, wait for the kernel to be idle; the notebook as it is then."""
    browser.get(address.format(name=name))
    _until(browser, _READY, f"{name}: JupyterLab does not open it")
    browser.execute_script(_RUN)
    _until(browser, _DONE, f"{name}: the kernel does not become idle")
    return json.loads(browser.execute_script(_RESULT))


def _until(browser: Any, script: str, fault: str, seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not browser.execute_script(script):
        assert time.monotonic() < until, fault
        time.sleep(0.2)


def faults(notebook: Mapping[str, Any]) -> list[str]:
    """What went wrong in a notebook that was run: errors, warnings, cells that did not run."""
    told = [notebook["fault"]] if notebook.get("fault") else []
    for cell in notebook.get("cells", ()):
        if cell["cell_type"] != "code":
            continue
        if not cell["execution_count"]:
            told.append(f"not run: {''.join(cell['source'])[:80]}")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                told.append(f"{output['ename']}: {output['evalue']}")
            if output.get("name") == "stderr":
                told.append(f"on standard error: {''.join(output['text'])[:200]}")
    return told


def set_theme(browser: Any, dark: bool) -> None:
    """Switch JupyterLab's theme."""
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    assert browser.execute_async_script(_THEME, theme) == "set"


def contrasts(browser: Any) -> dict[str, float]:
    """The least contrast (1 to 21) of each kind of element in the HTML outputs."""
    return browser.execute_script(_CONTRAST)


def whole_picture(browser: Any, path: Path, most: int = 14_000) -> None:
    """A picture of the whole notebook, at most ``most`` pixels high."""
    browser.set_window_size(1300, 1000)
    browser.set_window_size(1300, min(int(browser.execute_script(_HEIGHT)), most))
    path.parent.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(path))


def close(browser: Any) -> None:
    """End the kernels, so that eight notebooks do not stay in memory."""
    browser.execute_async_script(_SHUTDOWN)

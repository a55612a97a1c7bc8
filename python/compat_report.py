"""Runs the unit tests of trafilatura against `gleaner.compat.trafilatura`, and says how many pass and why the others do not.

    pip install trafilatura lxml pytest
    python compat_report.py trafilatura-2.3.1.tar.gz      # or nothing: pip downloads the source distribution of the installed version
    python compat_report.py --control                     # the same with trafilatura itself, which shows what the harness counts

In a copy of the tests, the names that test modules import for `extract`, `bare_extraction`, `extract_metadata` and `extract_with_metadata` are replaced.
Every assertion is counted for itself, so that one which fails does not hide those after it. What counts is what depends on a replaced function: assertions in
which one is called, or which name a variable whose value came from one. Tests of trafilatura's inner parts are not counted.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from gleaner.compat import trafilatura as compat
from gleaner.compat._options import page_of

REPLACED = ("extract", "bare_extraction", "extract_metadata", "extract_with_metadata")


class Call(NamedTuple):
    """A call of a replaced function."""

    name: str = ""
    words: int = 0
    result: Any = None


class Recorder:
    """What the rewritten tests report to."""

    def __init__(self) -> None:
        self.calls = 0
        self.last = Call()
        self.test = ""
        self.names: set[str] = set()
        self.passed: Counter[str] = Counter()
        self.failed: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.errors: dict[str, str] = {}

    def begin(self, test: str) -> None:
        self.test, self.names = test, set()

    def counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose calls are counted."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            page = page_of(args[0]) if args else None
            page = page.decode(errors="replace") if isinstance(page, bytes) else page
            call = Call(function.__name__, len(re.sub("<[^>]*>", " ", page or "").split()))
            self.last = call
            result = function(*args, **kwargs)
            self.last = call._replace(result=result)
            return result

        return counted

    @contextmanager
    def assigned(self, targets: tuple[str, ...], used: tuple[str, ...]) -> Iterator[None]:
        """A statement that gives variables a value."""
        before = self.calls
        yield
        if self.calls > before or self.names.intersection(used):
            self.names.update(targets)
        else:
            self.names.difference_update(targets)

    @contextmanager
    def assertion(self, source: str, used: tuple[str, ...]) -> Iterator[None]:
        """An assertion. One that fails is noted, and the test goes on."""
        before, failure = self.calls, None
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:
            failure = error
        if self.calls == before and not self.names.intersection(used):
            if failure is not None:
                raise failure
        elif failure is None:
            self.passed[self.test] += 1
        else:
            self.failed[self.test].append((reason(source, failure, self.last), source))


def reason(source: str, failure: BaseException, call: Call) -> str:
    """Why an assertion fails, as far as its form and the last call say."""
    statement = ast.parse(source).body[0]
    if not isinstance(statement, ast.Assert):
        return "an error or a warning that gleaner does not raise"
    if call.name == "extract_metadata" or any(isinstance(node, ast.Attribute) and node.attr in METADATA for node in ast.walk(statement)):
        return "metadata: another value"
    if not call.result:
        size = f"fewer than {FEW} words" if call.words < FEW else f"{FEW} words or more"
        return f"no article: gleaner finds no story on a page of {size}"
    if not isinstance(failure, AssertionError):
        return f"an error: {type(failure).__name__}"
    operators = {type(node) for node in ast.walk(statement.test) if isinstance(node, ast.cmpop)}
    if ast.Is in operators:
        return "an article where trafilatura finds none"
    if ast.NotIn in operators:
        return "a text or markup that gleaner keeps"
    if ast.In in operators:
        return "a text or markup that gleaner leaves out or writes otherwise"
    return "another text or markup"


FEW = 40
"""Words of a page on which gleaner hardly ever finds a story."""

METADATA = frozenset("title author hostname description sitename date categories tags license image pagetype language".split())


class Rewriter(ast.NodeTransformer):
    """Puts every assertion and assignment of a test under the recorder."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return self.recorded("assertion", node, ast.unparse(node))

    def visit_With(self, node: ast.With) -> ast.AST:
        if any("raises" in ast.unparse(item.context_expr) for item in node.items):
            return self.recorded("assertion", node, ast.unparse(node))
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        targets = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        return self.recorded("assigned", node, tuple(targets))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def recorded(self, method: str, node: ast.stmt, first: str | tuple[str, ...]) -> ast.AST:
        used = tuple(sorted({name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)}))
        call = ast.parse(f"__recorder__.{method}({first!r}, {used!r})", mode="eval").body
        return ast.With([ast.withitem(call)], [node])


def rewrite(file: Path) -> None:
    """Rewrites the functions of a module of tests."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef):
            tree.body[place] = Rewriter().visit(node)
    file.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")


class Plugin:
    """Replaces the functions in the modules of tests, and notes errors outside of assertions."""

    def __init__(self, recorder: Recorder, replaced: ModuleType) -> None:
        self.recorder, self.replaced = recorder, replaced

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        modules = {item.getparent(pytest.Module).obj for item in session.items}  # type: ignore[union-attr]
        for module in modules:
            module.__recorder__ = self.recorder
            for name in REPLACED:
                if hasattr(module, name):
                    setattr(module, name, self.recorder.counting(getattr(self.replaced, name)))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        before = self.recorder.calls
        self.recorder.begin(item.nodeid)
        outcome: Any = yield
        if outcome.excinfo is not None and self.recorder.calls > before:
            self.recorder.errors[item.nodeid] = f"{outcome.excinfo[0].__name__}: {outcome.excinfo[1]}".split("\n")[0]


def unpack(archive: Path | None, folder: Path) -> Path:
    """Unpacks the tests of a source distribution, which pip downloads if none is given."""
    if archive is None:
        wanted = f"trafilatura=={version('trafilatura')}"
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "trafilatura", wanted, "-d", str(folder)]
        subprocess.run(command, check=True)
        archive = next(folder.glob("trafilatura-*.tar.gz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    tests = next(folder.glob("trafilatura-*/tests"))
    for file in tests.glob("*_tests.py"):
        if any(f"{name}(" in file.read_text(encoding="utf-8") for name in REPLACED):
            rewrite(file)
        else:
            file.unlink()
    return tests


def report(recorder: Recorder, details: bool) -> Iterable[str]:
    """The counts, and the reasons with their numbers."""
    tests = recorder.passed.keys() | recorder.failed.keys() | recorder.errors.keys()
    bad = recorder.failed.keys() | recorder.errors.keys()
    failed = sum(map(len, recorder.failed.values()))
    functions, bad_functions = ({test.partition("[")[0] for test in some} for some in (tests, bad))
    yield f"test functions: {len(functions) - len(bad_functions)} of {len(functions)} pass"
    yield f"with each set of parameters as a test of its own: {len(tests) - len(bad)} of {len(tests)} pass"
    yield f"assertions: {sum(recorder.passed.values())} of {sum(recorder.passed.values()) + failed} pass"
    reasons = Counter(why for failures in recorder.failed.values() for why, _ in failures)
    yield from (f"{number:5}  {why}" for why, number in reasons.most_common())
    yield f"{len(recorder.errors):5}  tests end with an error outside of an assertion, which leaves the rest of them uncounted"
    if details:
        for test in sorted(bad):
            yield f"\n{test}: {recorder.passed[test]} pass, {len(recorder.failed[test])} fail {recorder.errors.get(test, '')}"
            yield from (f"    [{why}] {source[:300]}" for why, source in recorder.failed[test])


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs the unit tests of trafilatura against gleaner.compat.trafilatura.")
    parser.add_argument("sdist", type=Path, nargs="?", help="trafilatura's source distribution")
    parser.add_argument("--control", action="store_true", help="run them with trafilatura itself")
    parser.add_argument("--details", action="store_true", help="list every assertion that fails")
    arguments = parser.parse_args()
    replaced = import_module("trafilatura") if arguments.control else compat
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as folder:
        tests = unpack(arguments.sdist, Path(folder))
        options = ["-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:doctest", "--no-header", "--tb=no", "--no-summary"]
        options += ["-o", "python_files=*_tests.py", "--rootdir", str(tests), "-c", "/dev/null"]
        pytest.main([*options, *map(str, sorted(tests.glob("*_tests.py")))], plugins=[Plugin(recorder, replaced)])
    print("\n".join(report(recorder, arguments.details)))


if __name__ == "__main__":
    main()

"""Ray and an S3 server for the tests that need them, both of which listen on loopback addresses only."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

# Read when Ray is imported: it then listens on 127.0.0.1, as it always does on Windows and macOS.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server. The environment leads s3fs there, in this process and in those that it starts."""
    server = pytest.importorskip("moto.server", reason="moto is not installed: pip install 'moto[server,s3]'")
    pytest.importorskip("s3fs", reason="s3fs is not installed: pip install './python[s3]'")
    s3 = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    host, port = s3.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield environment["AWS_ENDPOINT_URL"]
    s3.stop()


@pytest.fixture
def bucket(s3: str, request: pytest.FixtureRequest) -> str:
    """The URL of an empty bucket."""
    import s3fs

    name = request.node.name.replace("_", "-")
    s3fs.S3FileSystem().mkdir(name)
    return f"s3://{name}"


@pytest.fixture(scope="session")
def ray(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Ray with two workers on loopback addresses, which reports to nobody. Started after the S3 server, so that its workers have the same environment."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install './python[ray]'")
    if any("s3" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("s3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Ray puts a token for itself into the home directory, and asks the network which cloud it is in unless it finds its configuration there.
        home = tmp_path_factory.mktemp("home")
        (home / "ray_bootstrap_config.yaml").write_text("{}")
        patch.setenv("HOME", str(home))
        context = ray.init(
            "local",
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=100 * 2**20,
            log_to_driver=False,
            # On a busy machine, workers at Ray's low priority hardly start at all.
            _system_config={"worker_register_timeout_seconds": 600, "worker_niceness": 0},
        )
        assert not context.dashboard_url
        importlib.import_module("ray.data").DataContext.get_current().enable_progress_bars = False
        yield ray
        ray.shutdown()

"""Put the compiled index of the shipped data into the wheel, so that the first call is as fast as the thousandth."""

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface):  # type: ignore[misc]
    """Compile `data/` with the program's own code and add index and seal to the wheel; an editable install needs none."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the index before the wheel is packed."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from salvage_cli import store
        from salvage_cli.opening import DATA_FILES, compiler

        files = [os.path.join(self.root, "data", f"{name}.yaml") for name in DATA_FILES]
        self.folder = tempfile.TemporaryDirectory()
        stem = os.path.join(self.folder.name, "index")
        store.write(f"{stem}.seal", f"{stem}.sqlite", store.Sources(files), compiler(files), stamps=False)
        for ending in ("sqlite", "seal"):
            build_data["force_include"][f"{stem}.{ending}"] = f"salvage_cli/data/index.{ending}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was built aside."""
        if version != "editable":
            self.folder.cleanup()

"""Builds wheels of one module, without a build backend."""

import base64
import hashlib
import zipfile
from pathlib import Path


def build_wheel(
    directory: Path,
    name: str,
    version: str,
    *,
    tag: str = "py3-none-any",
    source: str = "",
    console_script: bool = False,
) -> str:
    """Put a wheel into the directory; return its hash as a requirements file writes it."""
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source or f"VERSION = {version!r}\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    if console_script:
        files[f"{information}/entry_points.txt"] = f"[console_scripts]\n{name} = {name}:main\n"
    record = [f"{path},{_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{information}/RECORD"] = "\n".join([*record, f"{information}/RECORD,,", ""])
    directory.mkdir(parents=True, exist_ok=True)
    wheel = directory / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return "sha256:" + hashlib.sha256(wheel.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

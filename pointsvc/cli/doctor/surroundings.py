"""Settings, keys and machine: what can be looked at before anything is opened."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from pointsvc.cli.doctor.findings import Finding, Said, fault, ok, warning
from pointsvc.config import Settings
from pointsvc.kernel.key_files import FILE_NAME, load_ring
from pointsvc.kernel.keys import BadKeys
from pointsvc.web.vitals.readiness import FREE_BYTES_MIN

CODE_PATH: Final = "/c/"
CODE_LENGTH_MAX: Final = 24
ROOMY_BYTES: Final = 1024**3
WORKER_BYTES: Final = 120 * 1024**2
WORKERS_PER_PROCESSOR: Final = 4
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
NETWORKED: Final = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs")
)
_MOUNTS: Final = Path("/proc/self/mounts")


def check_owner(settings: Settings) -> Iterator[Finding]:
    """Files that another user makes here could not be written by the service afterwards."""
    if not settings.instance.is_dir():
        yield fault(
            "instance.absent",
            Said(f"没有这个文件夹：{settings.instance}", f"there is no folder {settings.instance}"),
            Said(
                "设好 POINTSVC_INSTANCE，或先启动一次服务",
                "set POINTSVC_INSTANCE, or start the service once",
            ),
        )
    elif settings.instance.stat().st_uid != os.geteuid():
        yield fault(
            "instance.owner",
            Said("这个文件夹是别的用户的", "the instance belongs to another user"),
            Said(
                "用服务的用户运行：runuser -u pointsvc -- …",
                "run as the service's user: runuser -u pointsvc -- …",
            ),
        )
    else:
        yield ok("instance", str(settings.instance), str(settings.instance))


def check_keys(settings: Settings) -> Iterator[Finding]:
    """There, for the owner alone, strong, no two alike. Nothing is made."""
    own = settings.instance / FILE_NAME
    if not (settings.secret_key or settings.secret_key_file or own.exists()):
        yield fault(
            "keys.absent",
            Said("没有密钥", "there is no secret key"),
            Said(
                f"把原来的 {FILE_NAME} 放回 {settings.instance}；从没用过的话，启动服务会新做一把",
                f"put {FILE_NAME} back; where none ever was, the service makes one at its start",
            ),
        )
        return
    try:
        ring = load_ring(
            settings.instance, setting=settings.secret_key, file=settings.secret_key_file
        )
    except BadKeys as error:
        said = Said(str(error), str(error))
        yield fault(error.code, said, Said("照上面的话改", "do what it says"))
        return
    yield ok("keys", f"{len(ring.keys)} 把密钥", f"{len(ring.keys)} keys")


def check_public_url(settings: Settings) -> Iterator[Finding]:
    """The address on paper: short, encrypted, nothing but scheme and host."""
    url = settings.public_url
    if url is None:
        yield warning(
            "public_url.unset",
            Said("没有设 POINTSVC_PUBLIC_URL", "POINTSVC_PUBLIC_URL is not set"),
            Said(
                "打印任何东西之前先设好：印出来的码都指向它",
                "set it before anything is printed: every code leads there",
            ),
        )
        return
    yield from _about_url(url) or [ok("public_url", url, url)]


def _about_url(url: str) -> list[Finding]:
    parts, found = urlsplit(url), []
    if not parts.hostname or parts.username or parts.path or parts.query or parts.fragment:
        found.append(
            fault(
                "public_url.form",
                Said(f"网址的样子不对：{url}", f"not the form of an address: {url}"),
                Said("写成 https://主机名，后面什么都不要", "write https://host and nothing after"),
            )
        )
    elif parts.scheme != "https" and parts.hostname not in LOOPBACK:
        found.append(
            fault(
                "public_url.http",
                Said("不是 https：相机和离线页都不能用", "not https: no camera, no offline page"),
                Said("按 deploy/README.md 开 HTTPS", "set HTTPS up as deploy/README.md says"),
            )
        )
    if len(url + CODE_PATH) > CODE_LENGTH_MAX:
        found.append(
            warning(
                "public_url.long",
                Said(
                    f"连 {CODE_PATH} 有 {len(url + CODE_PATH)} 个字符，印出来的码会变密",
                    f"{len(url + CODE_PATH)} characters with {CODE_PATH}: denser printed codes",
                ),
                Said(
                    f"换一个短域名（连 {CODE_PATH} 至多 {CODE_LENGTH_MAX} 个）再打印",
                    f"take a shorter domain ({CODE_LENGTH_MAX} at most) before printing",
                ),
            )
        )
    return found


def check_workers(settings: Settings) -> Iterator[Finding]:
    """As many processes as the machine carries."""
    processors = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    too_many = settings.workers > processors * WORKERS_PER_PROCESSOR
    if too_many or settings.workers * WORKER_BYTES > memory // 2:
        yield warning(
            "workers.many",
            Said(
                f"{settings.workers} 个进程，{processors} 核、{memory // 1024**2} MiB 内存",
                f"{settings.workers} workers on {processors} processors, {memory // 1024**2} MiB",
            ),
            Said(f"POINTSVC_WORKERS={processors}", f"POINTSVC_WORKERS={processors}"),
        )
    else:
        yield ok("workers", f"{settings.workers} 个进程", f"{settings.workers} workers")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room where the instance lies."""
    free = shutil.disk_usage(settings.instance).free
    left = Said(f"盘上还剩 {free // 1024**2} MiB", f"{free // 1024**2} MiB left on the disk")
    do = Said("腾出地方，或换大盘", "make room, or take a larger disk")
    if free < FREE_BYTES_MIN:
        yield fault("disk.full", left, do)
    elif free < ROOMY_BYTES:
        yield warning("disk.tight", left, do)
    else:
        yield ok("disk", left.zh, left.en)


def check_file(settings: Settings) -> Iterator[Finding]:
    """SQLite's file: there, on a disk of this machine, for its owner alone."""
    file = Path(make_url(settings.database_url).database or "")
    if not file.exists():
        yield fault(
            "database.absent",
            Said(f"没有数据库文件：{file}", f"there is no database {file}"),
            Said(
                "恢复一份副本，或启动服务新建", "restore a copy, or start the service to make one"
            ),
        )
        return
    kind = kind_of_disk(file, _MOUNTS.read_text(encoding="utf-8") if _MOUNTS.exists() else "")
    if kind in NETWORKED:
        yield fault(
            "sqlite.network_disk",
            Said(f"数据库放在网络盘上（{kind}），会损坏", f"on a network disk ({kind}): it breaks"),
            Said("搬到本机的盘，或改用 PostgreSQL", "move it to a local disk, or use PostgreSQL"),
        )
    if file.stat().st_mode & 0o077:
        yield warning(
            "sqlite.exposed",
            Said("别的用户也能读数据库文件", "other users can read the database"),
            Said(f"chmod 600 {file}", f"chmod 600 {file}"),
        )


def kind_of_disk(file: Path, mounts: str) -> str:
    """The file system under the file, as /proc/self/mounts has it; empty where unknown."""
    found = ("", "")
    for line in mounts.splitlines():
        _device, point, kind, *_rest = line.split()
        if file.resolve().is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, kind)
    return found[1]

"""What a process on Linux gives up for good: the network, other files, programs, its rights.

Three walls, each of which holds alone: an empty network namespace, Landlock (kernel 5.13, 2021) and
a seccomp filter that lets through only what reading and computing need. None needs any right.
https://docs.kernel.org/userspace-api/landlock.html
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
from collections.abc import Iterable

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # unshare's CLONE_NEWUSER, CLONE_NEWNET
DIE_WITH_PARENT, NO_NEW_RIGHTS = 1, 38  # prctl's PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS
CAPABILITIES = 0x20080522  # the version of capset's tables

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every machine
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
FIRST_FILE_RIGHTS = (1 << 13) - 1
FILE_RIGHTS_SINCE = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # version of Landlock → what it added

# name: number on x86_64 and on aarch64, None where the machine has no such call
CALLS: dict[str, tuple[int, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "sysinfo": (99, 179),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "clock_gettime": (228, 113),
    "exit_group": (231, 94),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "getrandom": (318, 278),
    "statx": (332, 291),
}
MACHINES = {  # AUDIT_ARCH, column of CALLS, number of seccomp, number of openat
    "x86_64": (0xC000003E, 0, 317, 257),
    "aarch64": (0xC00000B7, 1, 277, 56),
}
LOAD, EQUAL, ANY, RETURN = 0x20, 0x15, 0x45, 0x06  # BPF: ld abs, jeq, jset, ret
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
WRITING = 0o3 | os.O_CREAT | os.O_TRUNC  # 0o3 is O_WRONLY and O_RDWR


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def leave_network() -> bool:
    """Stand in a network without a single device, if the kernel lets this user."""
    return ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK) == 0


def give_up_rights(parent: int) -> None:
    """Drop every capability, gain none by a program; end when the process `parent` ends."""
    libc = ctypes.CDLL(None)
    libc.capset(struct.pack("II", CAPABILITIES, 0), bytes(24))
    libc.prctl(NO_NEW_RIGHTS, 1, 0, 0, 0)
    libc.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def close_in(paths: Iterable[str]) -> bool:
    """Leave only `paths` to be read, and no call to be made but those of `CALLS`.

    False where this kernel has neither Landlock nor seccomp.
    """
    files = read_only(paths)
    return refuse_calls() or files


def read_only(paths: Iterable[str]) -> bool:
    """Keep every file and folder from being opened but those in `paths`, which can be read.

    What is open already stays so. False where the kernel has no Landlock.
    """
    version = landlock_version()
    if version < 1:
        return False
    files = FIRST_FILE_RIGHTS | sum(r for v, r in FILE_RIGHTS_SINCE.items() if v <= version)
    network, others = 3 if version >= 4 else 0, 3 if version >= 6 else 0
    told = struct.pack("QQQ", files, network, others)[: 8 if version < 4 else 16 + 8 * (others > 0)]
    rules = _call(CREATE_RULESET, told, len(told), 0)
    for path in paths:
        if os.path.exists(path):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rights = READ_FILE | READ_FOLDER if os.path.isdir(path) else READ_FILE
            _call(ADD_RULE, rules, 1, struct.pack("=Qi", rights, place), 0)
            os.close(place)
    held = _call(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return held


def landlock_version() -> int:
    """The version of Landlock this kernel has, below 1 where it has none."""
    return _call(CREATE_RULESET, None, 0, 1)


def refuse_calls() -> bool:
    """Refuse every system call that `CALLS` does not name; files are opened for reading only.

    Holds for all threads. False where the kernel has no seccomp, or the machine is another one.
    """
    if platform.machine() not in MACHINES:
        return False
    _, _, seccomp, _ = MACHINES[platform.machine()]
    code = _filter(platform.machine())
    program = _Program(len(code) // 8, code)
    return _call(seccomp, 1, 1, ctypes.byref(program)) == 0


def _filter(machine: str) -> bytes:
    """The filter as BPF: operation, jump if so, jump if not, operand. It ends at a `ret`."""
    sign, column, _, openat = MACHINES[machine]
    numbers = [n for n in (numbers[column] for numbers in CALLS.values()) if n is not None]
    steps = [
        (LOAD, 0, 0, 4),
        (EQUAL, 1, 0, sign),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        *((EQUAL, len(numbers) - place + 3, 0, number) for place, number in enumerate(numbers)),
        (EQUAL, 0, 2, openat),
        (LOAD, 0, 0, 32),  # the lower half of the third argument
        (ANY, 0, 1, WRITING),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _call(number: int, *arguments: object) -> int:
    """A system call that the C library has no function for."""
    words = (ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *words))

"""What a query process may not do: open connections, take more memory than its share, outlive its parent.

Linux only; elsewhere the network filter is missing and :func:`confine` says so.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2

# https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # SECCOMP_RET_ERRNO | EPERM
_KILL: Final = 0x80000000  # SECCOMP_RET_KILL_PROCESS
_NUMBER_AT: Final = 0
_NICE_0: Final = 20  # as RLIMIT_NICE counts
_ARCHITECTURE_AT: Final = 4

#: Machine → its number in the kernel's audit interface, and the calls that make sockets there: socket, socketpair,
#: io_uring_setup.
_MACHINES: Final = {
    "x86_64": (0xC000003E, (41, 53, 425)),
    "aarch64": (0xC00000B7, (198, 199, 425)),
}


def confine(memory_bytes: int) -> bool:
    """Confine this process for good: die with the parent, at most so much more memory, no new sockets.

    Returns whether the network filter is in place; open descriptors go on working. Raises ``OSError`` where the
    kernel refuses a filter that it knows.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) if sys.platform == "linux" else 0
    most = pages * resource.getpagesize() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return _refuse_sockets(libc)


def may_go_back() -> bool:
    """Tell whether a process of ours that was set back may be given the usual priority again; see getrlimit(2)."""
    if os.geteuid() == 0:
        return True
    return sys.platform == "linux" and resource.getrlimit(resource.RLIMIT_NICE)[0] >= _NICE_0


def _refuse_sockets(libc: ctypes.CDLL) -> bool:
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    last = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_JUMP_IF_EQUAL, last - n - 1, 0, call) for n, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    header = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refuses the network filter of query processes")
    return True

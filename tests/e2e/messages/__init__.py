"""What each side of a session says, byte by byte: dialogues for traces.tcp_conversation() and for
scenario.Phone. A dialogue is a list of ("c" or "s", bytes) and of ("wait", seconds).

A protocol has a function here; nothing in this folder knows of phones, ports or policies."""
import random


def noise(seed, size):
    """Bytes that nothing recognises: the same for the same seed. The first is none that TLS, SSH,
    SOCKS or a line of text begins with."""
    return b"\xf7" + random.Random(seed).randbytes(size - 1)


def kept_alive(client, server, every, times):
    """A dialogue in which both sides say the same again every so many seconds."""
    return [("wait", every), ("c", client), ("s", server)] * times

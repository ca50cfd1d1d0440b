"""The authority of a centre on this computer vouches for that one server, and OpenSSL agrees."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509

from app.proof.tls import ServerFiles, make_server

NOW_MS = 1_795_600_000_000


@pytest.fixture(scope="module")
def files() -> ServerFiles:
    """Made once."""
    return make_server(["localhost", "127.0.0.1"], NOW_MS)


def test_it_is_good_for_servers_of_these_names_only(files: ServerFiles) -> None:
    server, ca = x509.load_pem_x509_certificate(files.chain), x509.load_pem_x509_certificate(files.ca)
    server.verify_directly_issued_by(ca)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_its_key_is_never_shown(files: ServerFiles) -> None:
    assert repr(files) == "ServerFiles()"


@pytest.mark.req("R-SYN-01")
def test_a_strict_client_shakes_hands(tmp_path: Path) -> None:
    files = make_server(["localhost"], round(time.time() * 1000))
    for name, data in (("ca", files.ca), ("chain", files.chain), ("key", files.key)):
        (tmp_path / name).write_bytes(data)
    serving, asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    serving.load_cert_chain(tmp_path / "chain", tmp_path / "key")
    asking.load_verify_locations(tmp_path / "ca")
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    near, far = socket.socketpair()

    def serve() -> None:
        with serving.wrap_socket(far, server_side=True) as end:
            end.sendall(b"hello")

    thread = threading.Thread(target=serve)
    thread.start()
    with asking.wrap_socket(near, server_hostname="localhost") as end:
        assert end.recv(5) == b"hello"
    thread.join()

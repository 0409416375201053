# SPDX-License-Identifier: EUPL-1.2
"""An authority of a test's own, and the good and bad certificates that it issues.

| Certificate | What is wrong with it |
|---|---|
| right | nothing: for localhost and 127.0.0.1, by the authority |
| expired | it ended yesterday |
| elsewhere | it is for another host |
| self-signed | no authority vouches for it |
"""
import ssl
import subprocess
import warnings

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
HERE = "DNS:localhost,IP:127.0.0.1"


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Authority:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "ca.pem"
        openssl("req", "-x509", *CURVE, "-days", "2", "-subj", "/CN=authority",
                "-keyout", folder / "ca.key", "-out", self.certificate)
        self.issue("right", HERE)
        self.issue("elsewhere", "DNS:bus.example.se")
        self.issue("expired", HERE, days=-1)
        openssl("req", "-x509", *CURVE, "-days", "2", "-subj", "/CN=self",
                "-addext", f"subjectAltName={HERE}",
                "-keyout", folder / "self-signed.key", "-out", folder / "self-signed.pem")

    def issue(self, name, names, days=2):
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        openssl("req", *CURVE, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate,
                "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", days,
                "-extfile", extensions, "-out", self.folder / f"{name}.pem")

    def server(self, name, newest=None):
        """A server's side of TLS with this certificate; newest: not above this version."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        if newest is not None:
            warnings.simplefilter("ignore", DeprecationWarning)  # that is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context

"""Makes the test keys and their certificates. Run once, by hand: fixtures and tests rely on these very keys."""

import datetime
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

WARNING = "For tests only. The private key is public: trust nothing that it signs.\n"

LONG = (2020, 2050)
KEYS = {
    "idp-rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "idp-rsa-2048-next": lambda: rsa.generate_private_key(65537, 2048),
    "idp-rsa-4096": lambda: rsa.generate_private_key(65537, 4096),
    "idp-rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    "idp-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "idp-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "other-rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "sp-rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
}
# Certificates of one key that differ by their dates alone.
DATED = {
    "idp-rsa-2048-expired": ("idp-rsa-2048", (2015, 2020)),
    "idp-rsa-2048-not-yet-valid": ("idp-rsa-2048", (2040, 2050)),
}


def certificate(name, key, years):
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "For tests only"),
        ]
    )
    first, last = (datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc) for year in years)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
    digest = hashes.SHA384() if name.endswith("p384") else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(serialization.Encoding.PEM).decode()


def main(folder):
    made = {}
    for name, make in KEYS.items():
        key = made[name] = make()
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        (folder / f"{name}.key.pem").write_text(WARNING + pem)
        (folder / f"{name}.cert.pem").write_text(certificate(name, key, LONG))
    for name, (key, years) in DATED.items():
        (folder / f"{name}.cert.pem").write_text(certificate(name, made[key], years))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

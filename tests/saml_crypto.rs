//! The verifier of signatures, against another implementation (SA-08, threat 46).
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::DigestAlgorithm;
use grantor::saml::crypto::NotVerified;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::SignatureVerifier;
use grantor::value::Certificate;
use grantor::value::KeyKind;
use grantor::value::PublicKey;

const MESSAGE: &[u8] = b"signed by openssl";

struct Vector {
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
}

impl Vector {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        AwsLc.verify(algorithm, &self.key, message, signature)
    }

    /// AWS-LC has no other way with keys under 2 048 bits.
    fn is_taken(&self) -> bool {
        let with_short =
            [SignatureAlgorithm::RsaSha1, SignatureAlgorithm::RsaSha256, SignatureAlgorithm::RsaSha512];
        self.key.kind() != KeyKind::Rsa { bits: 1_024 } || with_short.contains(&self.algorithm)
    }
}

fn key(name: &str) -> PublicKey {
    let path = format!("{}/tests/saml/keys/{name}.cert.pem", env!("CARGO_MANIFEST_DIR"));
    Certificate::read(&std::fs::read(path).unwrap()).unwrap().public_key().clone()
}

fn vectors() -> Vec<Vector> {
    let lines = include_str!("vectors/signatures.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let [name, algorithm, signature] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let named = |found: &SignatureAlgorithm| found.uri().rsplit_once('#').unwrap().1 == algorithm;
            let algorithm = SignatureAlgorithm::ALL.into_iter().find(named).unwrap();
            Vector { key: key(name), algorithm, signature: STANDARD.decode(signature).unwrap() }
        })
        .collect()
}

#[test]
fn sa_08_what_another_implementation_signs_is_verified() {
    for vector in vectors() {
        let expected = if vector.is_taken() { Ok(()) } else { Err(NotVerified::Unsupported) };
        assert!(vector.algorithm.fits(vector.key.kind()));
        assert_eq!(
            vector.verify(vector.algorithm, MESSAGE, &vector.signature),
            expected,
            "{:?}",
            vector.algorithm
        );
    }
    for algorithm in SignatureAlgorithm::ALL {
        assert!(
            vectors().iter().any(|vector| vector.algorithm == algorithm && vector.is_taken()),
            "{algorithm:?}"
        );
        assert_eq!(SignatureAlgorithm::of(algorithm.uri()), Some(algorithm));
    }
}

/// Threat 46: by no other algorithm, of no other message, by no other key, in no other form.
#[test]
fn threat_46_nothing_else_is_verified() {
    for vector in vectors() {
        for other in SignatureAlgorithm::ALL.into_iter().filter(|other| *other != vector.algorithm) {
            assert!(vector.verify(other, MESSAGE, &vector.signature).is_err(), "{other:?}");
        }
        assert!(vector.verify(vector.algorithm, b"signed by Openssl", &vector.signature).is_err());
        for at in [0, vector.signature.len() / 2, vector.signature.len() - 1] {
            let mut changed = vector.signature.clone();
            changed[at] ^= 1;
            assert!(vector.verify(vector.algorithm, MESSAGE, &changed).is_err());
        }
        let zeros = vec![0; vector.signature.len()];
        for other in [&[][..], &vector.signature[1..], &[&vector.signature[..], &[0]].concat(), &zeros] {
            assert!(vector.verify(vector.algorithm, MESSAGE, other).is_err());
        }
        for name in
            ["idp-rsa-2048-next", "other-rsa-2048", "idp-p256", "idp-p384", "idp-rsa-2048", "idp-rsa-4096"]
        {
            let other = key(name);
            let verified = AwsLc.verify(vector.algorithm, &other, MESSAGE, &vector.signature);
            assert!(verified.is_err() || other == vector.key, "{name}");
        }
    }
}

/// FIPS 180-4: the digests of `abc`.
#[test]
fn sa_08_digests_are_those_of_the_standard() {
    let expected = [
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];
    for (algorithm, expected) in DigestAlgorithm::ALL.into_iter().zip(expected) {
        let digest = AwsLc.digest(algorithm, b"abc").unwrap();
        let text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((text.as_str(), digest.len()), (expected, algorithm.length()));
        assert_eq!(DigestAlgorithm::of(algorithm.uri()), Some(algorithm));
    }
}

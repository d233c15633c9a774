//! Why a signature does not count.

use super::SignaturePart;
use super::Trust;
use crate::value::CertificateError;
use crate::value::Deviation;

/// The element is not known to be signed by whom it should be. Each rule has its own error (DX-09).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// No certificate is configured.
    #[error("no certificate of the identity provider is configured")]
    NoCertificates,
    /// More certificates than [`Trust::MAX_CERTIFICATES`].
    #[error("more than {max} certificates are configured", max = Trust::MAX_CERTIFICATES)]
    TooManyCertificates,
    /// The element has no signature of its own.
    #[error("the element is not signed")]
    Unsigned,
    /// The element has more than one.
    #[error("the element has more than one signature")]
    SeveralSignatures,
    /// The signature is not where the schema has it: after `Issuer` (SAML core §2.3.3, §3.2.1), or first.
    #[error("the signature does not stand right after the issuer")]
    Position,
    /// There is a signature that belongs to no element that SAML lets be signed.
    #[error("a signature stands where none belongs")]
    Stray,
    /// What should be covered by the signature of a message does not stand directly in it.
    #[error("the element is not directly in the message")]
    NotInMessage,
    /// The element has no `ID`.
    #[error("the signed element has no `ID`")]
    IdMissing,
    /// Its `ID` is no name (`xs:ID`).
    #[error("the `ID` of the signed element is no name")]
    IdMalformed,
    /// Two elements of the document have one identifier, by `ID`, `Id`, `id` or `xml:id`.
    #[error("the identifier `{id}` is there twice")]
    IdRepeated {
        /// The identifier, cut to 128 characters.
        id: String,
    },
    /// A part that has to be there is not.
    #[error("the signature has no `{part}`")]
    Missing {
        /// The part.
        part: SignaturePart,
    },
    /// A part that is there once is there again.
    #[error("the signature has more than one `{part}`")]
    Repeated {
        /// The part.
        part: SignaturePart,
    },
    /// An element that does not belong there, or not in this order.
    #[error("the signature holds an element that does not belong there")]
    Unexpected,
    /// An `Object`, in which things can be hidden.
    #[error("the signature holds an `Object`")]
    Object,
    /// The reference says nothing of what is signed.
    #[error("the reference has no `URI`")]
    ReferenceMissing,
    /// The reference is empty: it means the whole document (SAML core §5.4.2).
    #[error("the reference is empty")]
    ReferenceEmpty,
    /// The reference is not to the element that the signature stands in.
    #[error("the reference is to `{found}`, not to the element around the signature")]
    ReferenceElsewhere {
        /// The reference, cut to 128 characters.
        found: String,
    },
    /// The reference is to something outside the document. Nothing is fetched.
    #[error("the reference `{found}` leads out of the document")]
    ReferenceExternal {
        /// The reference, cut to 128 characters.
        found: String,
    },
    /// The first transform is not `enveloped-signature`.
    #[error("the first transform is not `enveloped-signature`")]
    NotEnveloped,
    /// No canonicalization follows.
    #[error("no canonicalization follows the transform `enveloped-signature`")]
    NotCanonicalized,
    /// More than these two transforms.
    #[error("there are more than two transforms")]
    TooManyTransforms,
    /// A method without `Algorithm`.
    #[error("a method of the signature names no algorithm")]
    AlgorithmMissing,
    /// A transform or canonicalization but exclusive and inclusive canonicalization.
    #[error("the transform or canonicalization `{found}` is not allowed")]
    Canonicalization {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// Inclusive canonicalization, which SAML core §5.4.3 advises against: what is around an element changes it.
    #[error("inclusive canonicalization is not allowed")]
    InclusiveCanonicalization,
    /// Canonicalization 1.1 of an element that inherits `xml:id` or `xml:base`, which 1.0 treats differently.
    #[error("an `xml:id` or `xml:base` is inherited, which version 1.1 of canonicalization is not read with")]
    Inherited,
    /// More prefixes in `InclusiveNamespaces` than can be in force.
    #[error("`InclusiveNamespaces` lists too many prefixes")]
    TooManyPrefixes,
    /// A signature algorithm that is not in [`SignatureAlgorithm`](crate::saml::crypto::SignatureAlgorithm), such
    /// as HMAC, DSA or MD5.
    #[error("the signature algorithm `{found}` is not allowed")]
    Algorithm {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// A digest algorithm that is not in [`DigestAlgorithm`](crate::saml::crypto::DigestAlgorithm).
    #[error("the digest algorithm `{found}` is not allowed")]
    Digest {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// SHA-1, in the signature or in the digest.
    #[error("SHA-1 is not allowed")]
    Sha1,
    /// A value that is not one text.
    #[error("`{part}` holds something but a text")]
    ValueNotText {
        /// The part.
        part: SignaturePart,
    },
    /// A value that is not Base64.
    #[error("`{part}` is not Base64")]
    ValueEncoding {
        /// The part.
        part: SignaturePart,
    },
    /// A value that is too long or too short for its algorithm. An ECDSA value in DER is one.
    #[error("`{part}` is of {found} bytes, not of {expected}")]
    ValueLength {
        /// The part.
        part: SignaturePart,
        /// The length that the algorithm gives.
        expected: usize,
        /// The length that is there.
        found: usize,
    },
    /// None of the configured certificates has a key of the kind that the algorithm needs.
    #[error("no configured certificate has a key for this algorithm")]
    KeyKind,
    /// The host's verifier does not take the algorithm or the key.
    #[error("this service cannot verify signatures by this algorithm with this key")]
    Unsupported,
    /// None of the configured keys made the signature, whoever did.
    #[error("the signature was made by no configured certificate, or what it signs was changed")]
    Untrusted,
    /// A configured key made it, but its certificate must not be used.
    #[error(transparent)]
    Certificate(CertificateError),
    /// The element is not the one that was signed.
    #[error("the element was changed after it was signed")]
    Changed,
}

impl SignatureError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCertificates => "saml.signature.no.certificates",
            Self::TooManyCertificates => "saml.signature.too.many.certificates",
            Self::Unsigned => "saml.signature.unsigned",
            Self::SeveralSignatures => "saml.signature.several",
            Self::Position => "saml.signature.position",
            Self::Stray => "saml.signature.stray",
            Self::NotInMessage => "saml.signature.not.in.message",
            Self::IdMissing => "saml.signature.id.missing",
            Self::IdMalformed => "saml.signature.id.malformed",
            Self::IdRepeated { .. } => "saml.signature.id.repeated",
            Self::Missing { .. } => "saml.signature.part.missing",
            Self::Repeated { .. } => "saml.signature.part.repeated",
            Self::Unexpected => "saml.signature.part.unexpected",
            Self::Object => "saml.signature.object",
            Self::ReferenceMissing => "saml.signature.reference.missing",
            Self::ReferenceEmpty => "saml.signature.reference.empty",
            Self::ReferenceElsewhere { .. } => "saml.signature.reference.elsewhere",
            Self::ReferenceExternal { .. } => "saml.signature.reference.external",
            Self::NotEnveloped => "saml.signature.transform.enveloped",
            Self::NotCanonicalized => "saml.signature.transform.canonicalization",
            Self::TooManyTransforms => "saml.signature.transform.too.many",
            Self::AlgorithmMissing => "saml.signature.algorithm.missing",
            Self::Canonicalization { .. } => "saml.signature.canonicalization",
            Self::InclusiveCanonicalization => "saml.signature.canonicalization.inclusive",
            Self::Inherited => "saml.signature.canonicalization.inherited",
            Self::TooManyPrefixes => "saml.signature.canonicalization.prefixes",
            Self::Algorithm { .. } => "saml.signature.algorithm",
            Self::Digest { .. } => "saml.signature.digest",
            Self::Sha1 => "saml.signature.sha1",
            Self::ValueNotText { .. } => "saml.signature.value.text",
            Self::ValueEncoding { .. } => "saml.signature.value.encoding",
            Self::ValueLength { .. } => "saml.signature.value.length",
            Self::KeyKind => "saml.signature.key.kind",
            Self::Unsupported => "saml.signature.unsupported",
            Self::Untrusted => "saml.signature.untrusted",
            Self::Certificate(error) => error.code(),
            Self::Changed => "saml.signature.changed",
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Position => Some(Deviation::SignaturePosition),
            Self::ReferenceEmpty => Some(Deviation::EmptyReferenceUri),
            Self::InclusiveCanonicalization => Some(Deviation::InclusiveC14n),
            Self::Sha1 => Some(Deviation::Sha1),
            Self::Certificate(CertificateError::WeakKey { bits: 1_024.. }) => Some(Deviation::Rsa1024),
            Self::Certificate(CertificateError::Expired { .. }) => Some(Deviation::ExpiredCertificate),
            Self::Certificate(_)
            | Self::NoCertificates
            | Self::TooManyCertificates
            | Self::Unsigned
            | Self::SeveralSignatures
            | Self::Stray
            | Self::NotInMessage
            | Self::IdMissing
            | Self::IdMalformed
            | Self::IdRepeated { .. }
            | Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Unexpected
            | Self::Object
            | Self::ReferenceMissing
            | Self::ReferenceElsewhere { .. }
            | Self::ReferenceExternal { .. }
            | Self::NotEnveloped
            | Self::NotCanonicalized
            | Self::TooManyTransforms
            | Self::AlgorithmMissing
            | Self::Canonicalization { .. }
            | Self::Inherited
            | Self::TooManyPrefixes
            | Self::Algorithm { .. }
            | Self::Digest { .. }
            | Self::ValueNotText { .. }
            | Self::ValueEncoding { .. }
            | Self::ValueLength { .. }
            | Self::KeyKind
            | Self::Unsupported
            | Self::Untrusted
            | Self::Changed => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NoCertificates => "add the signing certificate of the identity provider",
            Self::TooManyCertificates => {
                "remove the certificates that the identity provider no longer signs with"
            }
            Self::Unsigned => "let the identity provider sign its responses or its assertions",
            Self::Position | Self::ReferenceEmpty | Self::InclusiveCanonicalization | Self::Sha1 => {
                "let the identity provider sign as SAML has it today, or allow this deviation in its policy"
            }
            Self::Canonicalization { .. } | Self::NotEnveloped | Self::NotCanonicalized | Self::Inherited => {
                "let the identity provider sign with the transforms `enveloped-signature` and exclusive canonicalization"
            }
            Self::Algorithm { .. } | Self::AlgorithmMissing | Self::Digest { .. } | Self::Unsupported => {
                "let the identity provider sign by RSA or ECDSA with SHA-256"
            }
            Self::KeyKind | Self::Untrusted => {
                "compare the certificates that are configured with those that the identity provider signs with now"
            }
            Self::Certificate(error) => error.remedy(),
            Self::SeveralSignatures
            | Self::Stray
            | Self::NotInMessage
            | Self::IdMissing
            | Self::IdMalformed
            | Self::IdRepeated { .. }
            | Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Unexpected
            | Self::Object
            | Self::ReferenceMissing
            | Self::ReferenceElsewhere { .. }
            | Self::ReferenceExternal { .. }
            | Self::TooManyTransforms
            | Self::TooManyPrefixes
            | Self::ValueNotText { .. }
            | Self::ValueEncoding { .. }
            | Self::ValueLength { .. }
            | Self::Changed => {
                "treat the message as forged, unless the identity provider or something between changes what it signed"
            }
        }
    }
}

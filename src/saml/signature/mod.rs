//! Signatures of messages and assertions: who signed, and what (SA-08, SA-09).
//!
//! One profile of XML Signature, the one of SAML core §5.4: an enveloped signature with one reference, to the
//! element it stands in. What is signed is handed on as a [`SignedElement`], which only [`verify`] makes and
//! which leads nowhere but into what was digested, so that nobody reads one element where another was signed
//! (threat 47). Keys come from the configuration alone: `KeyInfo` is never read.

mod covered;
mod error;
mod keys;
mod methods;
mod octets;
mod part;
mod read;
mod signed;
mod trust;
mod verify;
mod write;

pub(super) use covered::verify_around;
pub(super) use covered::verify_decrypted;
pub use covered::verify_part;
pub(super) use covered::verify_within;
pub use error::SignatureError;
pub(super) use octets::verify_octets;
pub use part::SignaturePart;
pub use signed::SignedElement;
pub use trust::Trust;
pub use verify::is_signed;
pub use verify::verify;
pub(super) use write::signing_algorithm;
pub(crate) use write::with_signature;

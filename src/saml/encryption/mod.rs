//! Encrypted assertions: which of our keys opens them, and what is in them (SA-13).
//!
//! One profile of XML Encryption, the one of SAML core §2.3.4: an element, encrypted by AES with a key of its own,
//! which is encrypted by RSA-OAEP to us. That something is encrypted to us proves nothing: anybody can do that. What
//! comes out counts by a signature and by nothing else.

mod decrypt;
mod error;
mod method;
mod parts;

pub(super) use decrypt::decrypt;
pub use error::EncryptionError;

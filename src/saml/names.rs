//! The identifiers that the standards give.

/// Assertions (SAML core §1.2).
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Protocol messages (SAML core §1.2).
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Metadata (SAML metadata §1.1).
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Signatures (XML Signature §1.3).
pub const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

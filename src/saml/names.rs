//! The identifiers that the standards give.

/// Assertions (SAML core §1.2).
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Protocol messages (SAML core §1.2).
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Metadata (SAML metadata §1.1).
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Signatures (XML Signature §1.3).
pub const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Encryption (XML Encryption §1.3).
pub const XMLENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// Encryption of version 1.1 (XML Encryption 1.1 §1.3).
pub const XMLENC11: &str = "http://www.w3.org/2009/xmlenc11#";
/// Instances of schemas (XML Schema part 1 §2.6).
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// How an entity is named (SAML core §8.3.6).
pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The status of success (SAML core §3.2.2.2).
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The status of a failure of whoever answers (SAML core §3.2.2.2).
pub const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
/// The status of a logout that did not reach everybody (SAML core §3.2.2.2).
pub const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";

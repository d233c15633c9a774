//! Private keys as people keep them: PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// RFC 7468 §10. Keys in other forms (`RSA PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`) have other labels.
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The DER of the one private key in a text (PKCS #8, RFC 5958), whatever stands around it (RFC 7468 §2). Nothing where
/// there is none, or more than one.
pub fn private_key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (body, after) = rest.split_once(END)?;
    if after.contains(BEGIN) {
        return None;
    }
    // The copy is as long as the body, so that it never moves and leaves nothing behind.
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    base64.extend(body.chars().filter(|character| !character.is_ascii_whitespace()));
    STANDARD.decode(base64.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../../tests/saml/keys/idp-p256.key.pem");

    #[test]
    fn a_key_is_found_in_its_text() {
        let der = private_key(PEM).unwrap();
        assert_eq!(der.first(), Some(&0x30), "a sequence");
        for text in
            [PEM.replace('\n', "\r\n"), format!("Bag Attributes: <none>\n{PEM}\n"), PEM.replace('\n', "")]
        {
            assert_eq!(private_key(&text).as_deref(), Some(&*der), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_private_key_is_none() {
        let another = format!("{PEM}{PEM}");
        let certificate = include_str!("../../../tests/saml/keys/idp-p256.cert.pem");
        let body = PEM.replace("PRIVATE KEY", "RSA PRIVATE KEY");
        let open = PEM.replace(END, "");
        let changed = PEM.replacen('M', "*", 1);
        let encrypted = PEM.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        for text in ["", "M", &another, certificate, &body, &open, &changed, &encrypted] {
            assert_eq!(private_key(text), None, "{text}");
        }
    }
}

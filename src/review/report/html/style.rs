//! How the page looks, and the policy that lets it look so.

/// The one style sheet. Elements have classes and no style of their own.
pub(super) const STYLE: &str = include_str!("style.css");

macro_rules! policy {
    ($more:literal) => {
        concat!(
            "default-src 'none'; style-src 'sha256-",
            "6YQKghWIaTi0Q3V5g6qNEU5Y6gItJBErv/ONmv0Rw3c=",
            "'; base-uri 'none'; form-action 'none'",
            $more
        )
    };
}

/// As a header.
pub(in crate::review::report) const CONTENT_SECURITY_POLICY: &str = policy!("; frame-ancestors 'none'");
/// In the page, where `frame-ancestors` means nothing.
pub(super) const IN_PAGE: &str = policy!("");

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::Digest;
    use sha2::Sha256;

    use super::*;

    /// GV-03: the policy names the digest of the style sheet as it is, and lets nothing else be loaded or run.
    #[test]
    fn gv_03_the_policy_suffices_for_the_style() {
        let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert!(IN_PAGE.contains(&format!("style-src 'sha256-{digest}'")), "the digest is {digest}");
        assert!(CONTENT_SECURITY_POLICY.starts_with(IN_PAGE));
        for lax in ["unsafe", "http", "data:", "*"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(lax));
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("</"));
    }
}

//! The redirect URIs of one client.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::RedirectUri;

/// The redirect URIs of a client: 1 to [`RedirectUris::MAX`], in their order (CL-04). Cheap to clone.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "Vec<RedirectUri>")]
// INVARIANT: 1 to `RedirectUris::MAX`, none twice.
pub struct RedirectUris(Arc<[RedirectUri]>);

impl RedirectUris {
    /// 125: the most redirect URIs of one client.
    pub const MAX: usize = 125;

    /// These redirect URIs, in their order.
    ///
    /// # Errors
    ///
    /// [`RedirectUrisError`] for none, for more than [`RedirectUris::MAX`] and for one that is there twice.
    pub fn new(uris: impl IntoIterator<Item = RedirectUri>) -> Result<Self, RedirectUrisError> {
        let uris: Arc<[RedirectUri]> = uris.into_iter().collect();
        if uris.is_empty() {
            return Err(RedirectUrisError::Empty);
        }
        if uris.len() > Self::MAX {
            return Err(RedirectUrisError::TooMany { count: uris.len() });
        }
        let mut seen = HashSet::new();
        if let Some(twice) = uris.iter().find(|uri| !seen.insert(*uri)) {
            return Err(RedirectUrisError::Duplicate { uri: twice.clone() });
        }
        Ok(Self(uris))
    }

    /// Where an answer goes whose request presented this URI: the presented one, now checked (CL-06).
    ///
    /// Its port may differ from the registered one, for a loopback IP literal: see [`RedirectUri::matches`].
    #[must_use]
    pub fn matching(&self, presented: &str) -> Option<RedirectUri> {
        if !self.iter().any(|registered| registered.matches(presented)) {
            return None;
        }
        RedirectUri::new(presented).ok()
    }

    /// The redirect URIs, in their order.
    pub fn iter(&self) -> core::slice::Iter<'_, RedirectUri> {
        self.0.iter()
    }

    /// How many there are: 1 or more.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> IntoIterator for &'a RedirectUris {
    type Item = &'a RedirectUri;
    type IntoIter = core::slice::Iter<'a, RedirectUri>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<RedirectUri>> for RedirectUris {
    type Error = RedirectUrisError;

    fn try_from(uris: Vec<RedirectUri>) -> Result<Self, RedirectUrisError> {
        Self::new(uris)
    }
}

/// The redirect URIs are no set that a client may have (CL-04).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectUrisError {
    /// None at all.
    #[error("at least one redirect URI is needed")]
    Empty,
    /// More than [`RedirectUris::MAX`].
    #[error("{count} redirect URIs are more than {max}", max = RedirectUris::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
    /// One is there twice.
    #[error("the redirect URI `{uri}` is there twice")]
    Duplicate {
        /// The URI.
        uri: RedirectUri,
    },
}

impl RedirectUrisError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "redirect.uri.required",
            Self::TooMany { .. } => "redirect.uri.too.many",
            Self::Duplicate { .. } => "redirect.uri.duplicate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uris(count: usize) -> Vec<RedirectUri> {
        (0..count).map(|n| RedirectUri::new(&format!("https://example.com/{n}")).unwrap()).collect()
    }

    /// CL-04: 1 to 125, none twice, in their order.
    #[test]
    fn cl_04_number_of_redirect_uris() {
        assert_eq!(RedirectUris::new([]), Err(RedirectUrisError::Empty));
        assert!(RedirectUris::new(uris(125)).unwrap().iter().eq(&uris(125)));
        assert_eq!(RedirectUris::new(uris(126)), Err(RedirectUrisError::TooMany { count: 126 }));
        let [first, second] = uris(2).try_into().unwrap();
        let twice = RedirectUris::new([first.clone(), second, first.clone()]);
        assert_eq!(twice, Err(RedirectUrisError::Duplicate { uri: first }));
    }

    /// CL-06: the answer goes where the application listens, on its port of this time.
    #[test]
    fn cl_06_the_answer_goes_to_the_presented_uri() {
        let registered =
            ["https://example.com/cb", "http://127.0.0.1/cb"].map(|uri| RedirectUri::new(uri).unwrap());
        let registered = RedirectUris::new(registered).unwrap();
        let to = |presented: &str| registered.matching(presented).map(|uri| uri.to_string());
        assert_eq!(to("https://example.com/cb").as_deref(), Some("https://example.com/cb"));
        assert_eq!(to("http://127.0.0.1:51004/cb").as_deref(), Some("http://127.0.0.1:51004/cb"));
        assert_eq!(to("https://example.com/other"), None);
    }

    #[test]
    fn json_is_checked() {
        let json = r#"["https://example.com/cb"]"#;
        let read: RedirectUris = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        for wrong in ["[]", r#"["http://example.com/cb"]"#, r#"["https://a.b/","https://a.b/"]"#] {
            assert!(serde_json::from_str::<RedirectUris>(wrong).is_err(), "{wrong}");
        }
    }
}

//! Sessions of browsers: kept here, and known to the browser by a random id alone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantor::{
    Timestamp,
    saml::NameId,
    server::LoggedIn,
    value::{Entropy, EntropyError, IdentityProviderId, OrganizationId, OsEntropy, UserId},
};
use sha2::{Digest, Sha256};

/// Sessions, by the digest of their ids: whoever reads this memory has no id to present.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

/// Who is logged in at a browser.
#[derive(Clone)]
pub struct Session {
    pub who: LoggedIn,
    /// Stands in each form, and must come back with it.
    pub form_token: String,
    pub begun: Timestamp,
    pub seen: Timestamp,
    /// By which identity provider, where by one.
    pub by: Option<ByProvider>,
}

/// What a logout at the identity provider needs.
#[derive(Clone)]
pub struct ByProvider {
    pub provider: IdentityProviderId,
    pub name_id: Option<NameId>,
    pub session_index: Option<String>,
}

impl Sessions {
    /// Eight hours: how long a session lasts, whatever is done in it.
    pub const LIFETIME: i64 = 28_800;
    /// Thirty minutes: how long it lasts while nothing is done.
    pub const IDLE: i64 = 1_800;
    /// The most sessions; beyond it the one that was unused longest ends.
    const MOST: usize = 10_000;

    /// Begins a session. Answers its id, for the browser's cookie alone.
    pub fn begin(
        &self,
        who: LoggedIn,
        by: Option<ByProvider>,
        now: Timestamp,
    ) -> Result<String, EntropyError> {
        let (id, form_token) = (random_text()?, random_text()?);
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.is_live(now));
        if sessions.len() >= Self::MOST
            && let Some(oldest) = sessions.iter().min_by_key(|(_, session)| session.seen).map(|(id, _)| *id)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(digest(&id), Session { who, form_token, begun: now, seen: now, by });
        Ok(id)
    }

    /// The session with this id, which is used now.
    pub fn find(&self, id: &str, now: Timestamp) -> Option<Session> {
        let mut sessions = self.lock();
        let session = sessions.get_mut(&digest(id)).filter(|session| session.is_live(now))?;
        session.seen = now;
        Some(session.clone())
    }

    /// Ends the session with this id.
    pub fn end(&self, id: &str) {
        self.lock().remove(&digest(id));
    }

    /// Ends what an identity provider asks to end: the sessions by it of this user, or of this name.
    pub fn end_by_provider(
        &self,
        (organization, provider): (OrganizationId, IdentityProviderId),
        user: Option<UserId>,
        name_id: &NameId,
        indexes: &[String],
    ) {
        self.lock().retain(|_, session| {
            let Some(by) = &session.by else { return true };
            let is_meant = Some(session.who.user) == user || by.name_id.as_ref() == Some(name_id);
            let is_index =
                indexes.is_empty() || by.session_index.as_ref().is_some_and(|at| indexes.contains(at));
            !(session.who.organization == organization && by.provider == provider && is_meant && is_index)
        });
    }

    /// A thread that panicked left a map that is whole: each change of it is one call.
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn is_live(&self, now: Timestamp) -> bool {
        now.seconds_since(self.begun) < Sessions::LIFETIME && now.seconds_since(self.seen) < Sessions::IDLE
    }
}

/// 256 random bits, as text.
pub fn random_text() -> Result<String, EntropyError> {
    let mut bytes = [0; 32];
    OsEntropy.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether two secrets are the same, by their digests: how long it takes tells nothing of them.
pub fn is_same(one: &str, other: &str) -> bool {
    digest(one) == digest(other)
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

//! Why a request for a token is served or refused, for administrators (GV-05).

use super::Answer;
use super::Supposing;
use crate::access::Explanation;
use crate::audit::Subject;
use crate::grant::TokenAsked;
use crate::grant::TokenRefusal;
use crate::grant::explain_token;
use crate::server::Administration;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Digest;
#[cfg(feature = "saml")]
use crate::value::EmailAddress;
use crate::value::FamilyId;
use crate::value::Timestamp;
use crate::value::kind;

/// What a client is to ask for a token by.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RequestedToken<'a> {
    /// For itself (GR-01).
    ClientCredentials {
        /// The `scope` parameter, if it is sent.
        scope: Option<&'a str>,
    },
    /// By an authorization code (GR-02). How a user comes by one is asked with
    /// [`explain_authorize`](Administration::explain_authorize).
    AuthorizationCode {
        /// The digest of the code: [`Plain::digest`](crate::value::Plain::digest), or
        /// [`Digest::of_presented`](crate::value::Digest::of_presented).
        code: Digest<kind::AuthorizationCode>,
    },
    /// By the refresh token in force of a login (GR-08).
    RefreshToken {
        /// The login.
        login: FamilyId,
        /// The `scope` parameter, if it is sent.
        scope: Option<&'a str>,
    },
    /// In the name of the user whom an assertion names (GR-07).
    #[cfg(feature = "saml")]
    Saml2Bearer {
        /// The email address in the assertion.
        email: &'a EmailAddress,
        /// The `scope` parameter, if it is sent.
        scope: Option<&'a str>,
    },
}

impl<S: Store> Administration<'_, S> {
    /// Why a client may have a token for data of the organization, or may not, with every reason (GV-05). Nothing is issued,
    /// and no code is spent. Needs `oauth:client:authorize`.
    ///
    /// What only the client's request can tell is taken for granted: that the client is who it says; that verifier and
    /// redirect URI go with the code; that the refresh token is the one in force; that the assertion holds and was not used,
    /// and its issuer is trusted for this. A code or login of another organization is answered as none, and a client of
    /// another one on which this one has no word as one that does not exist (OR-01).
    ///
    /// # Errors
    ///
    /// As [`explain_call`](Self::explain_call).
    pub async fn explain_token(
        &self,
        client: ClientId,
        requested: &RequestedToken<'_>,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<Explanation<TokenRefusal>, S> {
        let supposing = supposing.into();
        let organization = self.organization;
        self.may_ask(Subject::Authorization { organization, client, authorization: None }, now).await?;
        let changes = self.supposed(supposing, now).await?;
        let mut unit = self.server.unit();
        let mut standing = self.standing_of(&mut unit, client, None).await?;
        #[cfg(feature = "saml")]
        let users;
        let mut login = None;
        let asked = match *requested {
            RequestedToken::ClientCredentials { scope } => TokenAsked::ClientCredentials { scope },
            RequestedToken::AuthorizationCode { code } => {
                let found = unit.code(code).await?.map(|stored| stored.record);
                let code = found.filter(|code| code.organization == organization);
                // What another client's code leads to is told by none.
                login = code.as_ref().filter(|code| code.client == client).map(|code| code.family);
                TokenAsked::AuthorizationCode { code }
            }
            RequestedToken::RefreshToken { login: named, scope } => {
                login = Some(named);
                TokenAsked::RefreshToken { scope }
            }
            #[cfg(feature = "saml")]
            RequestedToken::Saml2Bearer { email, scope } => {
                users = unit.users_with(organization, email).await?;
                TokenAsked::Saml2Bearer { email, users: &users, scope }
            }
        };
        if let Some(login) = login
            && let Some(family) = unit.family(login).await?.map(|stored| stored.record)
            && family.organization == organization
        {
            if family.client == client {
                // Whether the client is told of stays as it was found.
                unit.login(&mut standing, &family).await?;
            } else {
                standing.family = Some(family);
            }
        }
        let standing = standing.after(&changes);
        let place = (organization, client, self.server.settings.implicit_sunset);
        let explanation = explain_token(&asked, &standing, place, supposing.instant());
        #[cfg(feature = "saml")]
        let explanation = self.without_single_sign_on(requested, explanation);
        Ok(explanation)
    }

    /// A server at which nobody logs in by an identity provider takes no assertions either.
    #[cfg(feature = "saml")]
    fn without_single_sign_on(
        &self,
        requested: &RequestedToken<'_>,
        mut explanation: Explanation<TokenRefusal>,
    ) -> Explanation<TokenRefusal> {
        use crate::access::Layer;
        use crate::access::Verdict;

        let is_served = match requested {
            RequestedToken::Saml2Bearer { .. } => self.server.single_sign_on.is_some(),
            RequestedToken::ClientCredentials { .. }
            | RequestedToken::AuthorizationCode { .. }
            | RequestedToken::RefreshToken { .. } => true,
        };
        let grant_type = explanation.layers.iter_mut().find(|judged| judged.layer == Layer::GrantType);
        if let Some(judged) = grant_type.filter(|judged| !is_served && judged.verdict.lets_pass()) {
            judged.verdict = Verdict::Refuses(TokenRefusal::UnsupportedGrantType);
        }
        explanation
    }
}

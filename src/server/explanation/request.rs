//! Why an authorization request is served or refused, for administrators (GV-05).

use super::Answer;
use super::Supposing;
use crate::access::Standing;
use crate::audit::Subject;
use crate::grant::authorize::ExplainedRequest;
use crate::grant::authorize::Request;
use crate::grant::authorize::Visitor;
use crate::grant::authorize::explain;
use crate::server::Administration;
use crate::store::Store;
use crate::value::Permission;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::wire::AuthorizeRequest;
use crate::wire::Malformed;

impl<S: Store> Administration<'_, S> {
    /// Why a request to the authorization endpoint is served or refused when this user of the organization sits at the
    /// browser, with every reason, and what is done with it (GV-05): whether the user is sent back, or who is asked. Nobody
    /// is asked by it: it writes nothing. Needs `oauth:client:authorize`.
    ///
    /// The inner answer is an error where the request cannot be read: then no decision is reached. A client of another
    /// organization on which this one has no word is answered as one that does not exist (OR-01), though a browser with the
    /// request would be led to ask for its approval.
    ///
    /// ```
    /// use grantor::server::Supposing;
    /// use grantor::wire::AuthorizeRequest;
    /// # use grantor::{MemoryStore, ready};
    /// # use grantor::server::{AuthorizationServer, Settings};
    /// # use grantor::testing::{SeededEntropy, fixtures};
    /// # use grantor::value::ScopeCatalog;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (world, now, user) = (fixtures::world(), fixtures::NOON, fixtures::VIEWER);
    /// # let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::default());
    /// # let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    /// # ready(world.install(server.store()))?;
    /// # let administration = server.administration(fixtures::ACME, fixtures::ADMINISTRATOR);
    /// # let query = format!("response_type=code&client_id={}", world.web.id);
    /// let request = AuthorizeRequest { query: query.as_bytes() };
    /// let explained = ready(administration.explain_authorize(&request, user, now, now))???;
    /// assert_eq!(explained.decision, None, "a code challenge is missing");
    /// println!("{explained}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`explain_call`](Self::explain_call).
    pub async fn explain_authorize(
        &self,
        request: &AuthorizeRequest<'_>,
        user: UserId,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<Result<ExplainedRequest, Malformed>, S> {
        match request.parse() {
            Ok(request) => self.explain_authorize_request(&request, user, supposing, now).await.map(Ok),
            Err(malformed) => {
                self.may_ask(Subject::Organization(self.organization), now).await?;
                Ok(Err(malformed))
            }
        }
    }

    /// The same for a request that was parsed.
    ///
    /// # Errors
    ///
    /// As [`explain_call`](Self::explain_call).
    pub async fn explain_authorize_request(
        &self,
        request: &Request,
        user: UserId,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<ExplainedRequest, S> {
        let supposing = supposing.into();
        let organization = self.organization;
        let subject = match request.client {
            Some(client) => Subject::Authorization { organization, client, authorization: None },
            None => Subject::Organization(organization),
        };
        self.may_ask(subject, now).await?;
        let changes = self.supposed(supposing, now).await?;
        let mut unit = self.server.unit();
        let mut standing = match request.client {
            Some(client) => self.standing_of(&mut unit, client, Some(user)).await?,
            None => Standing {
                organization: unit.organization(organization).await?.map(|stored| stored.record),
                user: unit.user(organization, user).await?.map(|stored| stored.record),
                ..Standing::default()
            },
        };
        if let Some(client) = &standing.client {
            let consent = unit.consent(organization, client.id, user).await?;
            standing.consent = consent.map(|stored| stored.record);
        }
        let standing = standing.after(&changes);
        let acting =
            unit.acting_as(organization, standing.organization.clone(), standing.user.as_deref()).await?;
        let may_approve =
            acting.is_ok_and(|acting| acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE).is_ok());
        let visitor = Visitor { organization, user, may_approve };
        let sunset = self.server.settings.implicit_sunset;
        Ok(explain(request, &standing, (&visitor, sunset), supposing.instant()))
    }
}

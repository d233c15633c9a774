//! SAML2 bearer with the store (GR-07).

use std::sync::Arc;

use crate::access::Standing;
use crate::admin::StoredProvider;
use crate::change::Refused;
use crate::change::Versioned;
use crate::grant::AuthenticatedClient;
use crate::grant::FreshToken;
use crate::grant::TokenRefusal;
use crate::grant::saml2_bearer;
use crate::model::User;
use crate::model::UserConsent;
use crate::saml::bearer::BearerAssertion;
use crate::saml::bearer::BearerExpected;
use crate::saml::bearer::check_assertion;
use crate::saml::bearer::decode_assertion;
use crate::saml::response::Claimed;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::server::AuthorizationServer;
use crate::server::Error;
use crate::server::token::Decided;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::wire::PresentedAssertion;

/// The parameters, as they were sent.
type Sent<'a> = (Option<&'a PresentedAssertion>, Option<&'a str>, Option<&'a str>);

impl<S: Store> AuthorizationServer<S> {
    /// An assertion for a token.
    pub(in crate::server) async fn saml2_bearer(
        &self,
        unit: &mut Unit<'_, S>,
        proof: &AuthenticatedClient,
        (assertion, organization, scope): Sent<'_>,
        fresh: FreshToken,
        now: Timestamp,
    ) -> Result<Decided, Error<S::Error>> {
        let client = proof.client();
        let own = client.organization();
        let refused = |whose, refusal: TokenRefusal| Ok((whose, Err(Refused::from(refusal))));
        if let Err(refusal) = saml2_bearer::check_client(proof) {
            return refused(own, refusal);
        }
        let Some(assertion) = assertion else {
            return refused(own, TokenRefusal::ParameterMissing { parameter: "assertion" });
        };
        let Some(organization) = organization else {
            return refused(own, TokenRefusal::ParameterMissing { parameter: "organization" });
        };
        let Ok(organization) = organization.parse::<OrganizationId>() else {
            return refused(own, TokenRefusal::ParameterMalformed { parameter: "organization" });
        };
        let stored = unit.organization(organization).await?.map(|stored| stored.record);
        // Only an organization that is there has a trail.
        let whose = if stored.is_some() { Some(organization) } else { own };
        let authorization = unit.authorization(organization, client.id).await?.map(|stored| stored.record);
        let standing = Standing {
            organization: stored,
            client: Some(client.clone()),
            authorization,
            ..Standing::default()
        };
        let sunset = self.settings.implicit_sunset;
        if let Err(refusal) = saml2_bearer::check_standing(proof, &standing, organization, sunset, now) {
            return refused(whose, refusal);
        }
        let verified = match self.verify_assertion(unit, organization, assertion, now).await? {
            Ok(verified) => verified,
            Err(refusal) => return refused(whose, refusal),
        };
        let users = match verified.email() {
            Ok(email) => unit.users_with(organization, &email).await?,
            Err(_) => Vec::new(),
        };
        let request = saml2_bearer::Request {
            assertion: &verified,
            used: unit.used_assertion(verified.key()).await?,
            consent: self.consent_of(unit, organization, proof, &users).await?,
            users: &users,
            scope,
            secret_use: self.secret_use(unit, proof).await?,
        };
        let family = FamilyId::from_random(self.random()?);
        let drawn = (fresh, family, sunset);
        let decided = saml2_bearer::issue(proof, &standing, &request, drawn, now);
        Ok((whose, decided.map_err(Refused::from)))
    }

    /// The assertion, verified by the keys of the organization's identity provider that issued it, where that one is
    /// enabled and trusted for grants.
    async fn verify_assertion(
        &self,
        unit: &mut Unit<'_, S>,
        organization: OrganizationId,
        assertion: &PresentedAssertion,
        now: Timestamp,
    ) -> Result<Result<BearerAssertion, TokenRefusal>, Error<S::Error>> {
        let Some(single_sign_on) = &self.single_sign_on else {
            return Ok(Err(TokenRefusal::UnsupportedGrantType));
        };
        let xml = match decode_assertion(assertion.expose()) {
            Ok(xml) => xml,
            Err(error) => return Ok(Err(TokenRefusal::NotGranted(error))),
        };
        let document = match Document::parse(&xml, Limits::MESSAGE) {
            Ok(document) => document,
            Err(error) => return Ok(Err(TokenRefusal::Xml(error))),
        };
        // No other organization's are looked at, whatever their issuers: there may be any number of those.
        let providers = unit.identity_providers(organization).await?;
        let issuer = Claimed::of(&document).issuer();
        let is_trusted = |stored: &&StoredProvider| {
            let provider = &stored.record;
            Some(provider.settings.entity_id.as_str()) == issuer
                && provider.is_enabled(now)
                && provider.settings.policy.saml2_bearer
        };
        let Some(provider) = providers.iter().find(is_trusted) else {
            return Ok(Err(TokenRefusal::IssuerNotTrusted));
        };
        let peer = single_sign_on.peer(&provider.record);
        let expected = BearerExpected {
            token_endpoint: &self.settings.endpoints.token,
            audience: &self.settings.issuer,
        };
        Ok(check_assertion(&document, &peer, &expected, now).map_err(TokenRefusal::NotGranted))
    }

    /// The word on the client of the one user that may be meant.
    async fn consent_of(
        &self,
        unit: &mut Unit<'_, S>,
        organization: OrganizationId,
        proof: &AuthenticatedClient,
        users: &[Arc<User>],
    ) -> Result<Option<Versioned<Arc<UserConsent>>>, Error<S::Error>> {
        match users {
            [user] => unit.consent(organization, proof.client().id, user.id).await,
            _ => Ok(None),
        }
    }
}

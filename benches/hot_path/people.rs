//! A service whose clients act for users: each client is approved, and its user agreed to it.

use grantor::audit::Actor;
use grantor::change::Record;
use grantor::model::AccessToken;
use grantor::model::Agreement;
use grantor::model::Approval;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::ClientSecret;
use grantor::model::ClientSecrets;
use grantor::model::CodeClient;
use grantor::model::Consent;
use grantor::model::FamilyState;
use grantor::model::Governance;
use grantor::model::Grant;
use grantor::model::Granted;
use grantor::model::Holder;
use grantor::model::Lifecycle;
use grantor::model::Owner;
use grantor::model::Pkce;
use grantor::model::TokenFamily;
use grantor::model::UserConsent;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::Epoch;
use grantor::value::FamilyId;
use grantor::value::Name;
use grantor::value::OrganizationId;
use grantor::value::Plain;
use grantor::value::RedirectUri;
use grantor::value::RedirectUris;
use grantor::value::Scopes;
use grantor::value::SecretId;
use grantor::value::TokenLifetime;
use grantor::value::kind;

use crate::numbers::Numbers;
use crate::service::ADMINISTRATOR;
use crate::service::NOW;
use crate::service::Service;
use crate::service::organization_id;
use crate::service::token;

/// Where all clients are answered.
pub const REDIRECT_URI: &str = "https://app.example.com/callback";

const DAY: u32 = 86_400;

/// A server over a store in memory, and the clients in it.
pub struct People {
    /// The organizations, and the server.
    pub service: Service,
    /// The clients.
    pub clients: Vec<Application>,
}

/// A confidential client of the authorization code grant.
pub struct Application {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The client.
    pub id: ClientId,
    /// What it authenticates with.
    pub secret: Plain<kind::ClientSecret>,
    authorization: AuthorizationId,
}

impl People {
    /// So many clients, in 64 organizations by turns.
    pub fn new(clients: u64) -> Self {
        let mut people = Self { service: Service::new(64, 0), clients: Vec::new() };
        for number in 0..clients {
            let (application, records) = application(number, organization_id(number % 64));
            people.service.commit(records);
            people.clients.push(application);
        }
        people
    }

    /// Makes the tokens with these numbers live: one in each of so many logins, by all clients in turn.
    pub fn issue(&self, tokens: u64) {
        for number in 0..tokens {
            let client = &self.clients[(number % self.clients.len() as u64) as usize];
            self.service.commit(client.login(number));
        }
    }
}

impl Application {
    fn login(&self, number: u64) -> [Record; 2] {
        let family = TokenFamily {
            id: FamilyId::from_random(u128::from(number).to_be_bytes()),
            organization: self.organization,
            client: self.id,
            authorization: self.authorization,
            user: ADMINISTRATOR,
            began: NOW,
            expires: NOW.plus(30 * DAY),
            state: FamilyState::Live,
            client_epoch: Epoch::FIRST,
            organization_epoch: Epoch::FIRST,
            authorization_epoch: Epoch::FIRST,
            consent_epoch: Epoch::FIRST,
            scopes: scopes(),
            refresh: None,
        };
        let token = AccessToken {
            digest: token(number).digest(),
            organization: self.organization,
            client: self.id,
            authorization: self.authorization,
            holder: Holder::User { user: ADMINISTRATOR, family: family.id },
            scopes: scopes(),
            issued: NOW,
            expires: NOW.plus(DAY),
            last_used: NOW,
            client_epoch: Epoch::FIRST,
            organization_epoch: Epoch::FIRST,
            authorization_epoch: Epoch::FIRST,
        };
        [family.into(), token.into()]
    }
}

fn scopes() -> Scopes {
    Scopes::parse("analytics:readonly routing users:readonly").expect("scopes")
}

fn application(number: u64, organization: OrganizationId) -> (Application, [Record; 3]) {
    let mut numbers = Numbers::seeded(number ^ (1 << 62));
    let application = Application {
        organization,
        id: ClientId::from_random(numbers.bytes()),
        secret: Plain::from_random(&numbers.bytes()),
        authorization: AuthorizationId::from_random(numbers.bytes()),
    };
    let by = Actor::User { organization, user: ADMINISTRATOR };
    let at = NOW.minus(60 * DAY);
    let secrets = ClientSecrets::first(ClientSecret {
        id: SecretId::from_random(numbers.bytes()),
        digest: application.secret.digest(),
        created: at,
        expires: None,
    });
    let client = Client::new(ClientFields {
        id: application.id,
        owner: Owner::Organization(organization),
        name: Name::new(&format!("Application {number}")).expect("a name"),
        description: None,
        lifetime: TokenLifetime::DEFAULT,
        grant: Grant::AuthorizationCode {
            client: CodeClient::Confidential { secrets, pkce: Pkce::Required, refresh_grace: None },
            redirect_uris: RedirectUris::new([RedirectUri::new(REDIRECT_URI).expect("a URI")]).expect("one"),
            scopes: scopes(),
        },
        lifecycle: Lifecycle::Active,
        epoch: Epoch::FIRST,
        governance: Governance::default(),
        created: at,
        created_by: by,
        modified: at,
        modified_by: by,
    });
    let consent = Consent { by, at, shown: scopes(), granted: scopes() };
    let approval = Approval { granted: Granted::Scopes(scopes()), audience: Audience::everyone(), consent };
    let authorization = application.authorization;
    let approved = Authorization::approved(organization, application.id, authorization, approval);
    let (shown, client_epoch) = (scopes(), Epoch::FIRST);
    let agreement = Agreement { authorization, shown, scopes: scopes(), at, client_epoch };
    let agreed = UserConsent::none(organization, application.id, ADMINISTRATOR).agreeing(agreement);
    let client = client.expect("fields that agree");
    (application, [client.into(), approved.into(), agreed.into()])
}

//! A company of some size after two years: clients of all sorts, used or forgotten.
//!
//! What becomes of a client follows from its number, so that everything is the same each time.

use grantor::access::{Allowed, Requirement};
use grantor::admin::ClientDraft;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Changes;
use grantor::model::{
    Division, GrantType, IdentityProvider, Organization, Overlap, Pkce, Policy, ProviderCertificates,
    ProviderState, Purpose, Role, RoleGrant, RoleGrants, User, UserState,
};
use grantor::review::usage::{EndpointId, UsageBatch, UsageCounter};
use grantor::server::{Administration, Authorize, Choice, LoggedIn};
use grantor::testing::{SeededEntropy, fixtures};
use grantor::value::{
    ClientId, CodeChallenge, Day, DivisionId, OrganizationId, Permissions, RoleId, ScopeCatalog, ScopeEntry,
    UserId,
};
use grantor::wire::{AuthorizeRequest, TokenRequest};
use grantor::{AuthorizationServer, MemoryStore, Settings, Store, Timestamp, ready};

type Server = AuthorizationServer<MemoryStore>;
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// 2026-06-15T12:00:00Z: when it is reviewed.
pub const NOW: Timestamp = Timestamp::from_unix(1_781_524_800);
/// Two years before.
const BEGIN: Timestamp = NOW.minus(730 * DAY);
const DAY: u32 = 86_400;
const HOUR: u32 = 3_600;
/// How many clients the company created.
const CLIENTS: u64 = 320;
/// The client that has far more to do of late.
const SPREE: u64 = CLIENTS + 3;
/// The days of which each has its calls.
const COUNTED: u32 = 110;

const ACME: OrganizationId = OrganizationId::from_random([1; 16]);
/// The vendor of some applications of Acme.
const VENDOR: OrganizationId = OrganizationId::from_random([2; 16]);
const ADMIN: UserId = UserId::from_random([3; 16]);
const ADMINISTRATOR: RoleId = RoleId::from_random([4; 16]);
/// The roles that its clients have, and what they permit.
const ROLES: [(RoleId, &str, &str); 4] = [
    (RoleId::from_random([5; 16]), "Queue reader", "routing:queue:view"),
    (RoleId::from_random([6; 16]), "Routing manager", "routing:*:*"),
    (RoleId::from_random([7; 16]), "Analyst", "analytics:report:view"),
    (RoleId::from_random([8; 16]), "Master of all", "*:*:*"),
];
/// A role that was deleted meanwhile.
const FORMER: RoleId = RoleId::from_random([9; 16]);
const CALLBACK: &str = "https://app.example.com/callback";
/// That of RFC 7636 appendix B. An application draws another one at random for each login.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const SYSTEMS: [&str; 16] = [
    "CRM",
    "Billing",
    "Payroll",
    "Warehouse",
    "Help Desk",
    "Telephony",
    "Surveys",
    "Reports",
    "Scheduling",
    "Chatbot",
    "Onboarding",
    "Recruiting",
    "Archive",
    "Fraud Watch",
    "Wallboard",
    "Backup",
];
const PLACES: [&str; 20] = [
    "Berlin", "Lisbon", "Toronto", "Osaka", "Nairobi", "Lima", "Oslo", "Dublin", "Austin", "Pune", "Lyon",
    "Perth", "Quito", "Seoul", "Turin", "Gdańsk", "Cairo", "Porto", "Malmö", "Zürich",
];

/// The company, and what it is asked by.
pub struct Company {
    server: Server,
}

/// An application that is used: who it calls as, and how much.
struct Caller {
    allowed: Allowed,
    number: u64,
    endpoint: EndpointId,
    from: Timestamp,
    until: Timestamp,
}

/// What can be called, and the calls that were.
struct Calls {
    counter: UsageCounter,
    read: (Requirement, EndpointId),
    write: (Requirement, EndpointId),
    report: (Requirement, EndpointId),
    callers: Vec<Caller>,
}

impl Company {
    /// Two years of it.
    pub fn build() -> Answer<Self> {
        let company = Self { server: host()? };
        let mut calls = Calls::of(&company.server)?;
        for number in 0..CLIENTS {
            company.live(number, &mut calls)?;
        }
        company.applications_of_vendor(&mut calls)?;
        company.built_in()?;
        calls.make(&company.server)?;
        Ok(company)
    }

    /// Its administrator's.
    pub fn administration(&self) -> Administration<'_, MemoryStore> {
        self.server.administration(ACME, ADMIN)
    }

    /// What becomes of a client in its time.
    fn live(&self, number: u64, calls: &mut Calls) -> Answer<()> {
        let (admin, chance) = (self.administration(), Chance(number));
        let created = BEGIN.plus(u32::try_from(number * 715 / CLIENTS)? * DAY + chance.below(1, 10) * HOUR);
        let draft = draft(number, created);
        let grant_type = draft.grant_type.ok_or("a grant type")?;
        let client = ready(admin.create_client(&draft, created))??;
        let (id, mut secret) = (client.client.id, client.secret.map(|secret| secret.expose().to_owned()));
        let approved = created.plus(HOUR);
        match chance.below(2, 100) {
            // Asked for, and never answered.
            0..6 => {
                ready(admin.request_authorization(id, None, approved))??;
                return Ok(());
            }
            6..14 => {
                ready(admin.authorize(id, None, approved))??;
                let acknowledged = Acknowledgement::NotGiven;
                ready(admin.revoke(id, acknowledged, approved.plus(chance.below(3, 60) * DAY).min(NOW)))??;
                return Ok(());
            }
            _ => ready(admin.authorize(id, None, approved))??,
        };
        // Most secrets are rotated, some of them just now.
        let age = NOW.seconds_since(approved);
        let rotated = match chance.below(4, 100) {
            0..8 => NOW.minus((1 + chance.below(5, 5)) * DAY),
            8..75 => NOW.minus(chance.below(5, 150) * DAY + HOUR),
            _ => approved,
        };
        if secret.is_some() && rotated > approved {
            let overlap = Overlap::MAX;
            let new = ready(admin.regenerate_secret(id, Some(overlap), rotated))??;
            let old = secret.replace(new.secret.expose().to_owned());
            if let (Some(old), GrantType::ClientCredentials) = (old, grant_type)
                && rotated > NOW.minus(6 * DAY)
                && number.is_multiple_of(2)
            {
                // Somebody has not entered the new one yet.
                let _token = self.obtain(id, &old, NOW.minus(HOUR))?;
            }
        }
        self.use_it((number, id, grant_type), secret.as_deref(), approved, calls)?;
        if age > 40 * i64::from(DAY) {
            let leaves = NOW.minus(chance.below(6, 6) * DAY + HOUR);
            match chance.below(7, 100) {
                0..3 => {
                    let plan = ready(admin.plan_deletion(id, leaves))??;
                    ready(admin.delete_client(&plan, leaves))??;
                }
                3 => _ = ready(self.server.operator().disable_client(id, leaves))??,
                _ => {}
            }
        }
        Ok(())
    }

    /// A client that is used until it is not, if ever.
    fn use_it(
        &self,
        (number, id, grant_type): (u64, ClientId, GrantType),
        secret: Option<&str>,
        approved: Timestamp,
        calls: &mut Calls,
    ) -> Answer<()> {
        let chance = Chance(number);
        let until = match chance.below(8, 100) {
            0..10 => return Ok(()),
            10..22 => NOW.minus((95 + chance.below(9, 100)) * DAY),
            _ => NOW.minus(chance.below(9, 5) * HOUR),
        };
        let last = approved.plus(HOUR).max(until.minus(DAY));
        if until <= approved.plus(DAY) {
            return Ok(());
        }
        let token = match (grant_type, secret) {
            (GrantType::ClientCredentials, Some(secret)) => self.obtain(id, secret, last)?,
            (GrantType::AuthorizationCode, secret) => self.log_in(id, secret, last)?,
            (GrantType::Implicit, _) => self.log_in_implicitly(id, last)?,
            (GrantType::Saml2Bearer | GrantType::ClientCredentials, _) => return Ok(()),
        };
        let needs = match (grant_type, number % 5) {
            (GrantType::ClientCredentials, 2) => vec![&calls.report],
            (GrantType::ClientCredentials, _) => vec![&calls.read],
            (_, 0 | 1) => vec![&calls.read, &calls.write, &calls.report],
            (_, 2) => vec![&calls.read, &calls.report],
            (_, _) => vec![&calls.read, &calls.write],
        };
        let header = format!("Bearer {token}");
        for (requirement, endpoint) in needs.into_iter().cloned().collect::<Vec<_>>() {
            let judged = ready(self.server.authorize_call(&[header.as_bytes()], &requirement, last))?;
            // Not every client may do everything: what is refused is not counted.
            if let Ok(allowed) = judged {
                calls.callers.push(Caller { allowed, number, endpoint, from: approved, until });
            }
        }
        Ok(())
    }

    /// What the vendor offers, Acme authorizes for less than all, and its people use.
    fn applications_of_vendor(&self, calls: &mut Calls) -> Answer<()> {
        let (vendor, admin) = (self.server.administration(VENDOR, ADMIN), self.administration());
        for number in 0..14_u64 {
            let created = BEGIN.plus(u32::try_from(number)? * 50 * DAY);
            let draft = ClientDraft {
                name: format!("Northwind {}", SYSTEMS[usize::try_from(number)?]),
                grant_type: Some(GrantType::AuthorizationCode),
                redirect_uris: vec![CALLBACK.into()],
                scopes: ["analytics", "routing", "users:readonly"].map(Into::into).into(),
                ..ClientDraft::default()
            };
            let created_client = ready(vendor.create_client(&draft, created))??;
            let (id, secret) = (created_client.client.id, created_client.secret.ok_or("no secret")?);
            if number > 10 {
                let asked = NOW.minus(u32::try_from(number - 10)? * 9 * DAY);
                ready(admin.request_authorization(id, None, asked))??;
                continue;
            }
            ready(admin.authorize(id, None, created.plus(DAY)))??;
            let of = (CLIENTS + number, id, GrantType::AuthorizationCode);
            self.use_it(of, Some(secret.expose()), created.plus(DAY), calls)?;
        }
        Ok(())
    }

    fn built_in(&self) -> Answer<()> {
        for name in ["Architect", "Directory Web Client"] {
            let draft = ClientDraft {
                name: name.into(),
                grant_type: Some(GrantType::AuthorizationCode),
                public: true,
                redirect_uris: vec![CALLBACK.into()],
                scopes: vec!["routing".into()],
                ..ClientDraft::default()
            };
            let _created = ready(self.server.operator().declare_built_in(&draft, true, BEGIN))??;
        }
        Ok(())
    }

    /// A token for a client that acts for itself.
    fn obtain(&self, client: ClientId, secret: &str, now: Timestamp) -> Answer<String> {
        self.token(&format!("grant_type=client_credentials&client_id={client}&client_secret={secret}"), now)
    }

    fn token(&self, form: &str, now: Timestamp) -> Answer<String> {
        let request = TokenRequest {
            authorization: &[],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: form.as_bytes(),
        };
        let answer = ready(self.server.token(&request, now))??;
        let json: serde_json::Value = serde_json::from_slice(&answer.body)?;
        Ok(json["access_token"].as_str().ok_or_else(|| format!("no token: {json}"))?.to_owned())
    }

    /// A token in the administrator's name, by authorization code.
    fn log_in(&self, client: ClientId, secret: Option<&str>, now: Timestamp) -> Answer<String> {
        let challenge = CodeChallenge::of_verifier(VERIFIER)?;
        let query = format!(
            "response_type=code&client_id={client}&redirect_uri={CALLBACK}&code_challenge={challenge}&code_challenge_method=S256"
        );
        let code = self.sent_back(&query, "code=", now)?;
        let credentials = secret.map(|secret| format!("&client_secret={secret}")).unwrap_or_default();
        let form = format!(
            "grant_type=authorization_code&client_id={client}{credentials}&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}"
        );
        self.token(&form, now)
    }

    fn log_in_implicitly(&self, client: ClientId, now: Timestamp) -> Answer<String> {
        let query = format!("response_type=token&client_id={client}&redirect_uri={CALLBACK}");
        self.sent_back(&query, "access_token=", now)
    }

    /// What the browser brings back of this name.
    fn sent_back(&self, query: &str, name: &str, now: Timestamp) -> Answer<String> {
        let user = LoggedIn { organization: ACME, user: ADMIN };
        let request = AuthorizeRequest { query: query.as_bytes() };
        let back = match ready(self.server.authorize(&request, Some(user), now))?? {
            Authorize::Ask(page) => {
                let all = Choice::Approve { scopes: None };
                ready(self.server.answer_consent(page.ticket.expose(), &all, user, now))??
            }
            other => other,
        };
        let Authorize::Redirect(back) = back else { return Err(format!("not sent back: {back:?}").into()) };
        let [(_, location), ..] = &*back.response.headers else { return Err("no location".into()) };
        let found = location.split(['?', '&', '#']).find_map(|pair| pair.strip_prefix(name));
        Ok(found.ok_or_else(|| format!("no `{name}` in {location}"))?.to_owned())
    }
}

impl Calls {
    fn of(server: &Server) -> Answer<Self> {
        let mut counter = server.usage_counter()?;
        let mut endpoint = |method: &str, template: &str, scopes: &[&str], permission: &str| -> Answer<_> {
            let scopes: Result<Vec<_>, _> = scopes.iter().map(|scope| scope.parse()).collect();
            let needs = Requirement::permission(permission.parse()?).any_scope_of(scopes?);
            let id = counter.endpoint(method, template, &needs)?;
            Ok((needs, id))
        };
        let read = endpoint(
            "GET",
            "/api/v2/routing/queues",
            &["routing:readonly", "routing"],
            "routing:queue:view",
        )?;
        let write = endpoint("PUT", "/api/v2/routing/queues/{id}", &["routing"], "routing:queue:edit")?;
        let report = endpoint(
            "GET",
            "/api/v2/analytics",
            &["analytics:readonly", "analytics"],
            "analytics:report:view",
        )?;
        Ok(Self { counter, read, write, report, callers: Vec::new() })
    }

    /// Every call, day by day, in batches: of some days before, and of each of the last ones.
    fn make(&self, server: &Server) -> Answer<()> {
        let days = (0..730_u32).rev().filter(|back| *back < COUNTED || back.is_multiple_of(30));
        for noon in days.map(|back| NOW.minus(back * DAY)) {
            for caller in &self.callers {
                if noon >= caller.from && noon <= caller.until.max(Day::of(caller.until).end().minus(HOUR)) {
                    self.call(caller, noon);
                }
            }
            for batch in self.counter.take(UsageBatch::MAX, noon) {
                let _recorded = ready(server.record_usage(&batch, noon))??;
            }
        }
        Ok(())
    }

    fn call(&self, caller: &Caller, noon: Timestamp) {
        let (chance, day) = (Chance(caller.number), Day::of(noon));
        let is_weekend = day.monday().plus(5) <= day;
        let weekly = if is_weekend { 1 } else { 4 };
        // One has far more to do in the last week than ever, and some meet an old address.
        let spree = if caller.number == SPREE && noon > NOW.minus(8 * DAY) { 40 } else { 1 };
        let is_failing = caller.number % 29 == 3;
        for call in 0..(1 + chance.below(10, 9)) * weekly * spree {
            let is_failed =
                (is_failing && call % 3 == 0) || (u64::from(call) + caller.number).is_multiple_of(41);
            let status = if is_failed { 404 } else { 200 };
            self.counter.count(&caller.allowed, caller.endpoint, status, noon.minus(HOUR));
        }
    }
}

/// A client of some sort.
fn draft(number: u64, created: Timestamp) -> ClientDraft {
    let chance = Chance(number);
    let [system, place] = [number % 16, number / 16].map(|at| usize::try_from(at).unwrap_or_default());
    let name = format!("{} {}", SYSTEMS[system], PLACES[place]);
    let own = ClientDraft {
        description: (chance.below(11, 4) > 0).then(|| format!("{} for {}", SYSTEMS[system], PLACES[place])),
        lifetime: Some([64_800, 64_800, 64_800, 28_800, 86_400, 172_800][chance.of(12, 6)]),
        contact: (chance.below(13, 5) > 1)
            .then(|| format!("{}@acme.example", SYSTEMS[system].replace(' ', "."))),
        next_review: (chance.below(14, 3) == 0).then(|| created.plus((360 + chance.below(15, 420)) * DAY)),
        name,
        ..ClientDraft::default()
    };
    let with_scopes = |grant_type| ClientDraft {
        grant_type: Some(grant_type),
        redirect_uris: vec![CALLBACK.into()],
        scopes: [
            vec!["routing".into()],
            vec!["routing".into(), "analytics".into()],
            vec!["routing".into(), "analytics:readonly".into(), "users".into()],
        ][chance.of(16, 3)]
        .clone(),
        ..own.clone()
    };
    match chance.below(17, 100) {
        0..50 => {
            let place = DivisionId::from_random([u8::try_from(place).unwrap_or_default() + 1; 16]);
            let division = if chance.below(18, 6) == 0 { Division::All } else { Division::One(place) };
            let role = match chance.below(19, 20) {
                0 => FORMER,
                1 => ROLES[3].0,
                2..5 => ROLES[1].0,
                _ if number % 5 == 2 => ROLES[2].0,
                _ => ROLES[0].0,
            };
            let mut roles = vec![RoleGrant { role, division }];
            if chance.below(20, 5) == 0 {
                roles.push(RoleGrant { role: ROLES[2].0, division: Division::One(place) });
            }
            let is_scim = number % 64 == 5;
            ClientDraft {
                grant_type: Some(GrantType::ClientCredentials),
                purpose: if is_scim { Purpose::Scim } else { Purpose::General },
                lifetime: if is_scim { Some(38_880_000) } else { own.lifetime },
                roles,
                ..own
            }
        }
        50..90 => ClientDraft {
            public: number.is_multiple_of(8),
            pkce: if number % 9 == 1 && !number.is_multiple_of(8) { Pkce::Optional } else { Pkce::Required },
            ..with_scopes(GrantType::AuthorizationCode)
        },
        90..94 => with_scopes(GrantType::Saml2Bearer),
        // From May 2026 on nobody creates one any more.
        _ if number < 280 => with_scopes(GrantType::Implicit),
        _ => with_scopes(GrantType::AuthorizationCode),
    }
}

/// What happens to the one of this number: as if by chance, and the same each time.
struct Chance(u64);

impl Chance {
    /// A number below the bound, for this question.
    fn below(&self, question: u64, bound: u32) -> u32 {
        // Weyl's sequence through the finalizer of MurmurHash3: any mixing function does.
        let mut mixed = (self.0 * 64 + question).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        u32::try_from((mixed ^ (mixed >> 33)) % u64::from(bound)).unwrap_or_default()
    }

    fn of(&self, question: u64, bound: u32) -> usize {
        usize::try_from(self.below(question, bound)).unwrap_or_default()
    }
}

/// The host's own: two organizations and their people, roles, scopes, and identity providers that were tested before.
fn host() -> Answer<Server> {
    let mut scopes = Vec::new();
    for (scope, opens) in [
        ("routing", "See and change queues"),
        ("routing:readonly", "See queues"),
        ("analytics", "See and change reports"),
        ("analytics:readonly", "See reports"),
        ("users", "See and change people"),
        ("users:readonly", "See people"),
    ] {
        scopes.push(ScopeEntry { scope: scope.parse()?, description: opens.parse()? });
    }
    let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::new(scopes)?);
    let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    let policy = Policy { sso_only: true, client_limit: 350, ..Policy::default() };
    let acme = Organization::new(ACME, "Acme Contact Centers".parse()?, BEGIN).with_policy(policy, BEGIN);
    let mut planted = Changes::new()
        .insert(acme.with_identity_provider().with_identity_provider())
        .insert(Organization::new(VENDOR, "Northwind".parse()?, BEGIN))
        .insert(provider(1, "Acme sign-in", NOW.plus(12 * DAY + HOUR), true)?)
        .insert(provider(2, "Sign-in of a trial", NOW.minus(9 * DAY), false)?);
    for organization in [ACME, VENDOR] {
        let held = ROLES.iter().map(|(id, ..)| *id).chain([ADMINISTRATOR, FORMER]);
        let held = held.map(|role| RoleGrant { role, division: Division::All });
        let state = UserState::Active(RoleGrants::new(held)?);
        planted = planted.insert(User { organization, id: ADMIN, state, email: None });
        let administrator = (ADMINISTRATOR, "Administrator", "*:*:*");
        for (id, name, permission) in [administrator].iter().chain(&ROLES) {
            let permissions = Permissions::new([permission.parse()?])?;
            planted = planted.insert(Role { organization, id: *id, name: name.parse()?, permissions });
        }
    }
    for number in 0..160_u128 {
        planted = planted.insert(User {
            organization: ACME,
            id: UserId::from_bytes((1_000 + number).to_be_bytes()),
            state: UserState::Active(RoleGrants::new([])?),
            email: Some(format!("agent{number}@acme.example").parse()?),
        });
    }
    let _ = ready(server.store().commit(planted))??;
    Ok(server)
}

fn provider(number: u64, name: &str, ends: Timestamp, is_enabled: bool) -> Answer<IdentityProvider> {
    let mut provider = fixtures::identity_provider(ACME, number);
    provider.labels.name = name.parse()?;
    provider.settings.certificates =
        ProviderCertificates::new([fixtures::certificate(number, ends.minus(1_000 * DAY), ends)])?;
    if !is_enabled {
        provider.state = ProviderState::Draft;
    }
    Ok(provider)
}
